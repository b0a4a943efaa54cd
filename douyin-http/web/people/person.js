//! How a user looks wherever one is named, following one, and who follows whom.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { element, icon, set, userText } from '../dom.js';
import { endless } from '../endless.js';
import { texts } from '../language.js';
import { busily } from '../notices.js';
import { go, signInPath } from '../router.js';
import { me } from '../session.js';

const t = texts({
  followers: ['Followers', '粉丝'],
  following: ['Following', '关注'],
  noFollowers: ['No followers yet', '还没有粉丝'],
  noFollowing: ['Follows nobody yet', '还没有关注任何人'],
  back: ['Back to the profile', '返回主页'],
  follow: ['Follow', '关注'],
  followed: ['Following', '已关注'],
  followUser: ['Follow {name}', '关注 {name}'],
  followedUser: ['Following {name}', '已关注 {name}'],
});

export function profilePath(user) {
  return `/user/${user}`;
}

/// The picture of a user, beside whose name it stands.
export function avatar(user, { size = 48 } = {}) {
  return element('img', { class: 'avatar', src: user.avatar, alt: '', width: size, height: size, loading: 'lazy', decoding: 'async' });
}

export function nameLink(user) {
  return element('a', { class: 'name', href: `#${profilePath(user.id)}` }, userText(user.name));
}

export function backLink(path, label) {
  return element('a', { href: `#${path}`, ariaLabel: label, title: label }, icon('back'));
}

export function heading(text, user) {
  return element('header', { class: 'heading' }, backLink(profilePath(user), t('back')), element('h1', {}, text));
}

/// The button for a user, or nothing for oneself. It changes wherever else the same user is followed, too.
export function followButton(user, signal) {
  if (user.id === me()) {
    return null;
  }
  const button = element('button', { class: 'button follow', onclick: toggle });
  show();
  hear('follow', signal, (change) => {
    if (change.user === user.id) {
      user.is_follow = change.on;
      show();
    }
  });

  function show() {
    const { name, is_follow: isFollowed } = user;
    button.textContent = t(isFollowed ? 'followed' : 'follow');
    set(button, { ariaLabel: t(isFollowed ? 'followedUser' : 'followUser', { name }) });
    button.classList.toggle('quiet', isFollowed);
  }

  function toggle() {
    if (me() === null) {
      go(signInPath());
      return;
    }
    busily(button, async () => {
      const on = !user.is_follow;
      await api.follow(user.id, on);
      tell('follow', { user: user.id, on });
    });
  }

  return button;
}

export const followers = people('followers', 'noFollowers');
export const following = people('following', 'noFollowing');

function people(which, none) {
  return async ({ params, signal }) => {
    const id = Number(params.id);
    const title = t(which);
    const list = element('ul', { class: 'people', ariaLabel: title });
    const load = (cursor) => api[which](id, cursor, signal);
    const content = element('div', { class: 'page' }, heading(title, id), list);
    await endless(list, { load, render: (user) => entry(user, signal), empty: t(none), signal });
    return { content, title };
  };
}

function entry(user, signal) {
  const said = user.signature && userText(user.signature, { class: 'signature' }, 'p');
  return element('li', { class: 'person' }, avatar(user), element('div', { class: 'person-texts' }, nameLink(user), said), followButton(user, signal));
}
