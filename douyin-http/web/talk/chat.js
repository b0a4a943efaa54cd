//! `#/chat/:id`: a conversation.

import * as api from '../api.js';
import { element, icon, userText } from '../dom.js';
import { instant } from '../format.js';
import { texts } from '../language.js';
import { avatar, nameLink } from '../people/person.js';
import { me } from '../session.js';
import { failed } from '../toast.js';
import { composer, keepDraft } from './composer.js';
import { Conversation } from './conversation.js';
import { repeatedly } from './repeatedly.js';

const t = texts({
  back: ['Friends', '朋友'],
  log: ['Messages with {name}', '与 {name} 的消息'],
  write: ['Write a message', '发消息'],
  newer: ['New messages', '新消息'],
  you: ['You', '我'],
  sending: ['Sending…', '发送中…'],
  unsent: ['Not sent', '未发送'],
  retry: ['Send again', '重新发送'],
  reconnecting: ['Reconnecting…', '正在重新连接…'],
});

/// How near to its end the log is taken to be read to the end, in pixels.
const END = 60;

/// The conversation with the user of the address.
export async function chat({ params, signal }) {
  const peer = Number(params.id);
  const place = `${me()} chat ${peer}`;
  const conversation = new Conversation(peer, { arrived, changed });
  const [user, history] = await Promise.all([api.profile(peer, signal), conversation.earlier(signal)]);

  const list = element('ol', { class: 'messages' });
  const top = element('div', { class: 'list-foot' });
  const log = element('div', { class: 'chat-log', role: 'log', tabIndex: 0, ariaLabel: t('log', { name: user.name }) }, element('div', {}, top, list));
  const newer = element('button', { type: 'button', class: 'button chat-newer', hidden: true, onclick: toEnd }, icon('down'), element('span', {}, t('newer')));
  const line = element('p', { class: 'chat-line', role: 'status' });
  const form = composer({ place, label: t('write'), submit: write });
  log.addEventListener('scroll', () => isAtEnd() && (newer.hidden = true), { passive: true });
  list.append(...history.map((message) => filled(element('li'), message)));

  const { now, stir } = repeatedly(() => conversation.level(signal), {
    least: 1_000,
    most: 10_000,
    reached: (isReached) => (line.textContent = isReached ? '' : t('reconnecting')),
    signal,
  });
  form.addEventListener('input', stir);
  signal.addEventListener('abort', () => conversation.outgoing.forEach(keep));
  goBack();

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
    const again = () => {
      conversation.retry(entry);
      now();
    };
    const retry = () => element('button', { type: 'button', class: 'message-retry', onclick: again }, t('retry'));
    const foot = {
      waiting: () => [t('sending')],
      sent: () => [t('sending')],
      unsent: () => [element('span', { class: 'message-unsent' }, t('unsent')), retry()],
      settled: () => [instant(Date.now())],
    };
    bubble(row, t('you'), text, foot[state](), `mine ${state === 'settled' ? '' : state}`);
  }

  /// Loads the page before the first message while that is near.
  function goBack() {
    const sight = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && load(), { root: log, rootMargin: '300px' });
    signal.addEventListener('abort', () => sight.disconnect());
    if (conversation.hasEarlier) {
      sight.observe(top);
    }

    async function load() {
      sight.unobserve(top);
      // Not to be read out: it is not what was said last.
      log.ariaBusy = 'true';
      try {
        const items = await conversation.earlier(signal);
        list.prepend(...items.map((message) => filled(element('li'), message)));
        if (conversation.hasEarlier) {
          sight.observe(top);
        }
      } catch (error) {
        failed(error);
        // Whoever scrolls there once more tries it again.
        log.addEventListener('scroll', () => sight.observe(top), { once: true, signal });
      } finally {
        log.ariaBusy = 'false';
      }
    }
  }

  function isAtEnd() {
    return log.scrollTop > -END;
  }

  function toEnd() {
    log.scrollTop = 0;
    newer.hidden = true;
  }

  const back = element('a', { class: 'chat-back', href: '#/friends', ariaLabel: t('back'), title: t('back') }, icon('back'));
  const head = element('header', { class: 'chat-head' }, back, avatar(user, { size: 36 }), element('h1', {}, nameLink(user)));
  const foot = element('div', { class: 'chat-foot' }, newer, line, form);
  return { content: element('div', { class: 'chat' }, head, log, foot), title: user.name };
}

function bubble(row, speaker, text, foot, kind) {
  row.className = `message ${kind}`;
  row.replaceChildren(
    element('span', { class: 'unseen' }, userText(speaker), ': '),
    userText(text, { class: 'bubble' }, 'p'),
    element('div', { class: 'message-foot' }, foot),
  );
  return row;
}
