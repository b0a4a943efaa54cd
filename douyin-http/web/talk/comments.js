//! The comments below a video, in a sheet.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { element, userText } from '../dom.js';
import { endless } from '../endless.js';
import { texts } from '../language.js';
import { once } from '../once.js';
import { avatar, nameLink } from '../people/person.js';
import { signInPath } from '../router.js';
import { me } from '../session.js';
import { openSheet } from '../sheet.js';
import { remover } from '../remover.js';
import { composer } from './composer.js';

const t = texts({
  heading: ['{count} comment{s}', '{count} 条评论'],
  list: ['Comments', '评论'],
  empty: ['No comments yet. Say the first word.', '还没有评论，来抢沙发吧'],
  add: ['Add a comment', '说点什么'],
  signIn: ['Sign in to comment', '登录后发表评论'],
  remove: ['Delete the comment of {name}', '删除 {name} 的评论'],
});

/// Shows what people say about a video. How many they are is told as `comments` whenever it is found to be another number.
export function openComments(video) {
  const rows = new Map();
  const list = element('ul', { class: 'comments', ariaLabel: t('list') });
  const foot = element('div', { class: 'talk-foot' });
  let isWhole = false;
  let firstPage;
  const sheet = openSheet({ title: heading(), fill });

  function heading() {
    return t('heading', { count: video.comment_count });
  }

  function fill(body, signal) {
    body.append(list, foot);
    offer();
    hear('session', signal, offer);
    firstPage = endless(list, { load: (cursor) => load(cursor, signal), render: shown, empty: t('empty'), signal });
  }

  function offer() {
    const signIn = () => element('a', { class: 'input', href: `#${signInPath()}` }, t('signIn'));
    foot.replaceChildren(me() === null ? signIn() : composer({ place: `${me()} video ${video.id}`, label: t('add'), submit: add }));
  }

  async function load(cursor, signal) {
    const page = await api.comments(video.id, cursor, signal);
    const items = page.items.filter(({ id }) => !rows.has(id));
    isWhole = !page.cursor;
    recount(0, items.length);
    return { items, cursor: page.cursor };
  }

  /// No answer says how many there are but the list of videos, which is older: what happened here is added to it, until the end of
  /// the list is reached.
  function recount(change, arriving = 0) {
    const known = rows.size + arriving;
    const count = isWhole ? known : Math.max(video.comment_count + change, known);
    if (count !== video.comment_count) {
      video.comment_count = count;
      sheet.title(heading());
      tell('comments', { video: video.id, count });
    }
  }

  async function add(text) {
    const comment = await addOnce(text);
    // A first page that was asked for again may have brought it already. How many there were before does not count it.
    if (!rows.has(comment.id)) {
      list.prepend(shown(comment));
    }
    list.firstChild.scrollIntoView({ block: 'nearest' });
    recount(1);
  }

  async function addOnce(text) {
    // What was there before is known by it.
    await firstPage;
    const self = me();
    const newest = rows.size > 0 || isWhole ? Math.max(0, ...rows.keys()) : Infinity;
    const isIt = ({ id, user, content }) => id > newest && user.id === self && content === text;
    const look = async () => (await api.comments(video.id)).items.find(isIt);
    return once(`${self} ${video.id} ${text}`, () => api.addComment(video.id, text), look);
  }

  function shown(comment) {
    const { id, user, content, create_date: date } = comment;
    const said = [nameLink(user), userText(content, { class: 'comment-text' }, 'p'), element('span', { class: 'talk-small' }, date)];
    const row = element('li', { class: 'comment' }, avatar(user, { size: 36 }), element('div', {}, ...said));
    if (me() !== null && [user.id, video.author.id].includes(me())) {
      const gone = () => vanish(id);
      row.append(...remover(t('remove', { name: user.name }), () => api.deleteComment(video.id, id), gone));
    }
    rows.set(id, row);
    return row;
  }

  function vanish(id) {
    const row = rows.get(id);
    if (rows.delete(id)) {
      const next = row.nextElementSibling ?? row.previousElementSibling ?? foot;
      row.remove();
      recount(-1);
      next.querySelector('a, textarea')?.focus();
    }
  }
}
