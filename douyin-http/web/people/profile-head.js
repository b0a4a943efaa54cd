//! Who a profile is of, and what can be done there.

import { hear } from '../changes.js';
import { element, icon } from '../dom.js';
import { count, texts } from '../language.js';
import { linkButton } from '../notices.js';
import { me } from '../session.js';
import { editProfile } from './edit.js';
import { avatar, followButton, profilePath } from './person.js';

const t = texts({
  following: ['Following', '关注'],
  followers: ['Followers', '粉丝'],
  received: ['Likes', '获赞'],
  message: ['Message', '发消息'],
  edit: ['Edit profile', '编辑资料'],
  account: ['Account', '账号'],
});

/// The upper part of a profile. It shows what is edited, and who follows it from now on.
export function profileHead(user, signal) {
  const head = element('header', { class: 'profile-head' });
  const name = element('h1', { dir: 'auto' });
  const signature = element('p', { class: 'signature', dir: 'auto' });
  const followers = figure(user.follower_count, t('followers'), `${profilePath(user.id)}/followers`);
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
    element('img', { class: 'background', src: user.background_image, alt: '', decoding: 'async' }),
    avatar(user, { size: 96 }),
    name,
    signature,
    element(
      'ul',
      { class: 'figures' },
      figure(user.follow_count, t('following'), `${profilePath(user.id)}/following`).content,
      followers.content,
      figure(user.total_favorited, t('received')).content,
    ),
    element('div', { class: 'profile-actions' }, ...actions(user, signal)),
  );

  function say({ name: text, signature: said }) {
    name.textContent = text;
    signature.textContent = said;
  }

  return head;
}

/// A number with what it counts, which leads to those that are counted.
function figure(number, text, path) {
  const shown = element('strong', {}, count(number));
  const parts = [shown, ' ', element('span', {}, text)];
  const content = element('li', {}, path ? element('a', { href: `#${path}` }, ...parts) : parts);
  return { content, show: (changed) => shown.replaceChildren(count(changed)) };
}

function actions(user, signal) {
  if (user.id !== me()) {
    return [linkButton(`/chat/${user.id}`, t('message'), 'quiet'), followButton(user, signal)];
  }
  const edit = element('button', { class: 'button quiet', onclick: () => editProfile(user) }, icon('edit'), t('edit'));
  return [linkButton('/account', t('account'), 'quiet'), edit];
}
