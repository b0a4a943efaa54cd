//! Somebody's profile: who it is, and what they published and like.

import * as api from '../api.js';
import { element, icon } from '../dom.js';
import { endless } from '../endless.js';
import { amend } from '../entries.js';
import { count, texts } from '../language.js';
import { linkButton, notice } from '../notices.js';
import { here, signInPath } from '../router.js';
import { me } from '../session.js';
import { profilePath } from './person.js';
import { profileHead } from './profile-head.js';
import { tabRow } from './tabs.js';

const t = texts({
  lists: ['Videos', '作品与喜欢'],
  works: ['Works', '作品'],
  likes: ['Likes', '喜欢'],
  noWorks: ['Nothing published yet', '还没有发布作品'],
  video: ['Video', '视频'],
  tile: ['{title}, {count} likes', '{title}，{count} 次点赞'],
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

/// The cover of a video, which leads to the player at `path`.
function coverTile(video, path) {
  const likes = count(video.favorite_count);
  const picture = element('img', { src: video.cover_url, alt: '', loading: 'lazy', decoding: 'async' });
  const label = t('tile', { title: video.title || t('video'), count: likes });
  const tile = { class: 'cover', href: `#${path}`, ariaLabel: label };
  return element('li', {}, element('a', tile, picture, element('span', { class: 'cover-likes' }, icon('heart'), likes)));
}

/// A user with the first page of their works. Only who is signed in may ask for a user; to others it is told who the author of a video is.
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
