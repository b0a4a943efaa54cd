//! `#/chat/:id`: a conversation.

import * as api from '../api.js';
import { element, icon, set, userText } from '../dom.js';
import { endless } from '../endless.js';
import { instant, texts } from '../language.js';
import { failed } from '../notices.js';
import { avatar, backLink, nameLink } from '../people/person.js';
import { me } from '../session.js';
import { composer, keepDraft } from './composer.js';
import { Conversation } from './conversation.js';
import { repeatedly } from './repeatedly.js';

const t = texts({
  back: ['Friends', '朋友'],
  log: ['Messages with {name}', '与 {name} 的消息'],
  empty: ['No messages yet', '还没有消息'],
  write: ['Write a message', '发消息'],
  newer: ['New messages', '新消息'],
  you: ['You', '我'],
  sending: ['Sending…', '发送中…'],
  unsent: ['Not sent', '未发送'],
  retry: ['Send again', '重新发送'],
});

/// So near to its end, in pixels, the log counts as read.
const END = 60;

export async function chat({ params, signal }) {
  const peer = Number(params.id);
  const place = `${me()} chat ${peer}`;
  const conversation = new Conversation(peer, { arrived, changed });
  const [user, newest] = await Promise.all([api.profile(peer, signal), conversation.earlier('', signal)]);

  const list = element('ol', { class: 'messages' });
  const log = element('div', { class: 'chat-log', role: 'log', tabIndex: 0, ariaLabel: t('log', { name: user.name }) }, list);
  const newer = element('button', { class: 'button chat-newer', hidden: true, onclick: toEnd }, icon('down'), element('span', {}, t('newer')));
  const form = composer({ place, label: t('write'), submit: write });
  const load = (cursor) => (cursor ? conversation.earlier(cursor, signal) : newest);
  await endless(list, { load, render: (message) => filled(element('li'), message), empty: t('empty'), add: before, signal });

  const { line, now, stir } = repeatedly(() => conversation.level(signal), { least: 1_000, most: 10_000, signal });
  form.addEventListener('input', stir);
  signal.addEventListener('abort', () => conversation.outgoing.forEach(keep));
  log.addEventListener('scroll', () => (newer.hidden ||= isAtEnd()), { passive: true });

  function write(text) {
    const entry = conversation.write(text);
    entry.row = element('li');
    draw(entry);
    list.append(entry.row);
    toEnd();
    now();
  }

  function arrived(message, entry) {
    stir();
    const isOwn = message.from_user_id !== peer;
    const wasAtEnd = isAtEnd();
    const height = log.scrollHeight;
    list.insertBefore(filled(entry?.row ?? element('li'), message), conversation.outgoing[0]?.row ?? null);
    if (!wasAtEnd) {
      // Measured from the end, where it grows: what is read stays where it is.
      log.scrollTop -= log.scrollHeight - height;
      newer.hidden &&= isOwn;
    }
  }

  function changed(entry) {
    if (entry.state === 'replaced') {
      entry.row.remove();
    } else {
      draw(entry);
    }
    if (signal.aborted) {
      keep(entry);
    }
  }

  /// What could not be sent when the view is left waits in the field for the next time.
  function keep({ state, text }) {
    if (state === 'unsent') {
      keepDraft(place, text);
    }
  }

  function filled(row, { from_user_id: from, content, create_time: at }) {
    const time = element('time', { dateTime: new Date(at).toISOString() }, instant(at));
    return bubble(row, from === peer ? user.name : t('you'), content, time, from === peer ? '' : 'mine');
  }

  function draw(entry) {
    const { row, text, state } = entry;
    const retry = () => {
      conversation.retry(entry);
      now();
    };
    const unsent = [element('span', { class: 'field-wrong' }, t('unsent')), element('button', { onclick: retry }, t('retry'))];
    const foot = { unsent, settled: instant(Date.now()) }[state] ?? t('sending');
    bubble(row, t('you'), text, foot, `mine ${state}`);
  }

  function isAtEnd() {
    return log.scrollTop > -END;
  }

  /// Not to be read out: it is not what was said last.
  function before(rows) {
    set(log, { ariaBusy: 'true' });
    list.prepend(...rows);
    requestAnimationFrame(() => set(log, { ariaBusy: 'false' }));
  }

  function toEnd() {
    log.scrollTop = 0;
    newer.hidden = true;
  }

  const head = element('header', { class: 'heading' }, backLink('/friends', t('back')), element('h1', {}, avatar(user, { size: 36 }), nameLink(user)));
  const foot = element('div', { class: 'talk-foot' }, newer, line, form);
  return { content: element('div', { class: 'chat' }, head, log, foot), title: user.name };
}

function bubble(row, speaker, text, foot, kind) {
  row.className = `message ${kind}`;
  row.replaceChildren(
    element('span', { class: 'unseen' }, userText(speaker), ': '),
    userText(text, { class: 'bubble' }, 'p'),
    element('div', { class: 'talk-small' }, foot),
  );
  return row;
}
