//! Somebody's profile: who it is, what can be done there, and what they published and like.

import * as api from '../api.js';
import { hear } from '../changes.js';
import { element, icon } from '../dom.js';
import { endless } from '../endless.js';
import { amend } from '../entries.js';
import { count, texts } from '../language.js';
import { linkButton, notice } from '../notices.js';
import { here, signInPath } from '../router.js';
import { me } from '../session.js';
import { editProfile } from './edit.js';
import { avatar, followButton, profilePath } from './person.js';
import { tabRow } from './tabs.js';

const t = texts({
  following: ['Following', '关注'],
  followers: ['Follower{s}', '粉丝'],
  received: ['Like{s}', '获赞'],
  message: ['Message', '发消息'],
  edit: ['Edit profile', '编辑资料'],
  account: ['Account', '账号'],
  lists: ['Videos', '作品与喜欢'],
  works: ['Works', '作品'],
  likes: ['Likes', '喜欢'],
  noWorks: ['Nothing published yet', '还没有发布作品'],
  video: ['Video', '视频'],
  tile: ['{title}, {count} like{s}', '{title}，{count} 次点赞'],
  noLikes: ['No likes yet', '还没有喜欢的作品'],
  hidden: ['Sign in to see this profile.', '登录后查看该用户'],
  signIn: ['Sign in', '登录'],
});

/// `#/user/:id`, with `?tab=likes` for the second list.
export async function profile({ params, query, signal }) {
  const id = Number(params.id);
  const { user, firstWorks } = await read(id, signal);
  if (!user) {
    return { content: notice(t('hidden'), linkButton(signInPath(), t('signIn'))) };
  }
  const lists = {
    works: coverList('works', t('noWorks'), (cursor) => (cursor ? api.works(id, cursor, signal) : firstWorks)),
    likes: coverList('likes', t('noLikes'), (cursor) => api.likes(id, cursor, signal)),
  };
  const tab = (key, number) => ({ key, text: [t(key), ' ', element('small', {}, count(number))], panel: lists[key].panel });
  const selected = query.get('tab') === 'likes' ? 'likes' : 'works';
  const row = tabRow(t('lists'), [tab('works', user.work_count), tab('likes', user.favorite_count)], selected, (key) => {
    lists[key].begin();
    remember(id, key, signal);
  });
  const content = element('article', { class: 'profile' }, profileHead(user, signal), row, lists.works.panel, lists.likes.panel);
  return { content, title: user.name };

  function coverList(kind, empty, load) {
    const list = element('ul', { class: 'covers' });
    let hasBegun = false;
    return {
      panel: element('section', {}, list),
      begin() {
        if (!hasBegun) {
          hasBegun = true;
          endless(list, { load, render: (video) => coverTile(video, `${profilePath(id)}/${kind}/${video.id}`), empty, signal });
        }
      },
    };
  }
}

function coverTile(video, path) {
  const likes = video.favorite_count;
  const picture = element('img', { src: video.cover_url, alt: '', loading: 'lazy', decoding: 'async' });
  const label = t('tile', { title: video.title || t('video'), count: likes });
  const tile = { class: 'cover', href: `#${path}`, ariaLabel: label };
  return element('li', {}, element('a', tile, picture, element('span', { class: 'cover-likes' }, icon('heart'), count(likes))));
}

/// A user with the first page of their works, which name their author to those who may not ask for one: who is not signed in.
async function read(id, signal) {
  const first = api.works(id, '', signal);
  if (me() === null) {
    const firstWorks = await first;
    return { user: firstWorks.items[0]?.author, firstWorks };
  }
  const [user, firstWorks] = await Promise.all([api.profile(id, signal), first]);
  return { user, firstWorks };
}

/// Whoever comes back from a video finds the list that it was in.
function remember(id, tab, signal) {
  const path = profilePath(id) + (tab === 'likes' ? '?tab=likes' : '');
  if (here() !== path && !signal.aborted) {
    amend({}, path);
  }
}

/// It shows what is edited, and who follows it from now on.
function profileHead(user, signal) {
  const head = element('header', { class: 'profile-head' });
  const name = element('h1', { dir: 'auto' });
  const signature = element('p', { class: 'signature', dir: 'auto' });
  const picture = avatar(user, { size: 96 });
  const background = element('img', { class: 'background', alt: '', decoding: 'async' });
  const followers = figure(user.follower_count, 'followers', `${profilePath(user.id)}/followers`);
  let isFollowed = user.is_follow;
  say(user);
  hear('profile', signal, (edited) => edited.id === user.id && say(Object.assign(user, edited)));
  hear('follow', signal, ({ user: whom, on }) => {
    if (whom === user.id && on !== isFollowed) {
      isFollowed = on;
      user.follower_count += on ? 1 : -1;
      followers.show(user.follower_count);
    }
  });
  head.append(
    background,
    picture,
    name,
    signature,
    element(
      'ul',
      { class: 'figures' },
      figure(user.follow_count, 'following', `${profilePath(user.id)}/following`).content,
      followers.content,
      figure(user.total_favorited, 'received').content,
    ),
    element('div', { class: 'profile-actions' }, ...actions(user, signal)),
  );

  function say(known) {
    name.textContent = known.name;
    signature.textContent = known.signature;
    picture.src = known.avatar;
    background.src = known.background_image;
  }

  return head;
}

function figure(number, what, path) {
  const shown = element(path ? 'a' : 'div', { href: path && `#${path}` });
  const show = (changed) => shown.replaceChildren(element('strong', {}, count(changed)), ' ', element('span', {}, t(what, { count: changed })));
  show(number);
  return { content: element('li', {}, shown), show };
}

function actions(user, signal) {
  if (user.id !== me()) {
    return [linkButton(`/chat/${user.id}`, t('message'), 'quiet'), followButton(user, signal)];
  }
  const edit = element('button', { class: 'button quiet', onclick: () => editProfile(user) }, icon('edit'), t('edit'));
  return [linkButton('/account', t('account'), 'quiet'), edit];
}
