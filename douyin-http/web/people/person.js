//! How a user looks wherever one is named, and following one.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { element, icon, set, userText } from '../dom.js';
import { texts } from '../language.js';
import { busily } from '../notices.js';
import { go, signInPath } from '../router.js';
import { me } from '../session.js';

const t = texts({
  back: ['Back to the profile', '返回主页'],
  follow: ['Follow', '关注'],
  followed: ['Following', '已关注'],
  followUser: ['Follow {name}', '关注 {name}'],
  followedUser: ['Following {name}', '已关注 {name}'],
});

/// The address of a profile.
export function profilePath(user) {
  return `/user/${user}`;
}

/// The picture of a user, beside whose name it stands.
export function avatar(user, { size = 48 } = {}) {
  return element('img', { class: 'avatar', src: user.avatar, alt: '', width: size, height: size, loading: 'lazy', decoding: 'async' });
}

/// The name of a user, as a link to the profile.
export function nameLink(user) {
  return element('a', { class: 'name', href: `#${profilePath(user.id)}` }, userText(user.name));
}

/// A heading, with the way back to the profile of a user.
export function heading(text, user) {
  const back = { href: `#${profilePath(user)}`, ariaLabel: t('back'), title: t('back') };
  return element('header', { class: 'heading' }, element('a', back, icon('back')), element('h1', {}, text));
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
