//! Follows a user, or takes that back.

import * as api from '../api.js';
import { element, set } from '../dom.js';
import { hear, tell } from '../changes.js';
import { texts } from '../language.js';
import { go, signInPath } from '../router.js';
import { me } from '../session.js';
import { busily } from '../waiting.js';

const t = texts({
  follow: ['Follow', '关注'],
  followed: ['Following', '已关注'],
  followUser: ['Follow {name}', '关注 {name}'],
  followedUser: ['Following {name}', '已关注 {name}'],
});

/// The button for a user, or nothing for oneself. It changes wherever else the same user is followed, too.
export function followButton(user, signal) {
  if (user.id === me()) {
    return null;
  }
  const button = element('button', { type: 'button', class: 'button follow', onclick: toggle });
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
