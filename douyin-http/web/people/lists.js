//! Who follows somebody, and whom somebody follows.

import * as api from '../api.js';
import { element, userText } from '../dom.js';
import { endless } from '../endless.js';
import { texts } from '../language.js';
import { avatar, followButton, heading, nameLink } from './person.js';

const t = texts({
  followers: ['Followers', '粉丝'],
  following: ['Following', '关注'],
  noFollowers: ['No followers yet', '还没有粉丝'],
  noFollowing: ['Follows nobody yet', '还没有关注任何人'],
});

/// `#/user/:id/followers`
export const followers = ({ params, signal }) => people(Number(params.id), api.followers, t('followers'), t('noFollowers'), signal);

/// `#/user/:id/following`
export const following = ({ params, signal }) => people(Number(params.id), api.following, t('following'), t('noFollowing'), signal);

async function people(id, load, title, empty, signal) {
  const list = element('ul', { class: 'people', ariaLabel: title });
  const content = element('div', { class: 'page' }, heading(title, id), list);
  await endless(list, { load: (cursor) => load(id, cursor, signal), render: (user) => entry(user, signal), empty, signal });
  return { content, title };
}

function entry(user, signal) {
  const said = user.signature && userText(user.signature, { class: 'signature' }, 'p');
  return element('li', { class: 'person' }, avatar(user), element('div', { class: 'person-texts' }, nameLink(user), said), followButton(user, signal));
}
