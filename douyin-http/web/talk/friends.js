//! `#/friends`: with whom one talks.

import * as api from '../api.js';
import { hear } from '../changes.js';
import { element, userText } from '../dom.js';
import { texts } from '../language.js';
import { avatar } from '../people/person.js';
import { me } from '../session.js';
import { repeatedly } from './repeatedly.js';

const t = texts({
  title: ['Friends', '朋友'],
  empty: ['Nobody yet. Friends are people who follow each other: follow somebody, and when they follow you back, you find them here.', '还没有朋友。互相关注的人就是朋友：关注别人，对方回关后就会出现在这里。'],
  quiet: ['Say hello', '打个招呼吧'],
  you: ['You: ', '我：'],
});

/// Sent by the caller, in `msgType`.
const SENT = 1;

/// The friends of the caller, each with the newest message, kept true while it is open.
export async function friends({ signal }) {
  const list = element('ul', { class: 'friends', ariaLabel: t('title') });
  const foot = element('div', { class: 'list-foot' }, element('p', { class: 'empty' }, t('empty')));
  const rows = new Map();
  let pages = 1;
  const sight = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && goOn(), { rootMargin: '400px' });
  signal.addEventListener('abort', () => sight.disconnect());
  await read();
  const { line, now } = repeatedly(read, { least: 3_000, most: 10_000, signal });
  hear('follow', signal, now);

  function goOn() {
    sight.disconnect();
    pages += 1;
    now();
  }

  async function read() {
    const users = new Map();
    let cursor = '';
    for (let page = 0; page === 0 || (page < pages && cursor); page += 1) {
      const answer = await api.friends(me(), cursor, signal);
      answer.items.forEach((user) => users.set(user.id, user));
      cursor = answer.cursor;
    }
    show([...users.values()].map(drawn));
    sight.disconnect();
    if (cursor) {
      // Observed anew, it tells again where it stands.
      sight.observe(foot);
    }
  }

  function show(present) {
    if (present.length !== list.childElementCount || present.some((row, at) => row !== list.children[at])) {
      list.replaceChildren(...present);
    }
  }

  /// The row of a friend, drawn anew where it shows something else than before.
  function drawn(user) {
    const { id, name, message, msgType: type } = user;
    const seen = JSON.stringify([name, user.avatar, type, message]);
    const row = rows.get(id) ?? element('li', {}, element('a', { class: 'person', href: `#/chat/${id}` }));
    if (row.dataset.seen !== seen) {
      const newest = message ? [type === SENT && t('you'), userText(message)] : t('quiet');
      const words = element('span', { class: 'person-texts' }, userText(name, { class: 'name' }), element('span', { class: 'signature' }, newest));
      row.firstChild.replaceChildren(avatar(user), words);
      row.dataset.seen = seen;
      rows.set(id, row);
    }
    return row;
  }

  return { content: element('div', { class: 'page' }, element('h1', {}, t('title')), line, list, foot), title: t('title') };
}
