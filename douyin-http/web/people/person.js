//! How a user looks wherever one is named.

import { element, userText } from '../dom.js';

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
