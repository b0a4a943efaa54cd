//! A sheet over the page: from below on a phone, beside the video on a wide window. It is modal: Escape, the back button and a tap
//! beside it close it, and the focus returns to where it was.

import { element, iconButton, userText } from './dom.js';
import { texts } from './language.js';

const t = texts({ close: ['Close', '关闭'] });

let opened = 0;

/// Opens one. `fill(body, signal)` puts the content in; `signal` is aborted when it is closed. Answers a function that closes it.
export function openSheet({ title, kind = '', fill }) {
  opened += 1;
  const closing = new AbortController();
  const { signal } = closing;
  const body = element('div', { class: 'sheet-body' });
  const heading = userText(title, { class: 'sheet-title', id: `sheet-title-${opened}` }, 'h2');
  const close = iconButton('close', t('close'), { onclick: () => dialog.close() });
  const head = element('header', { class: 'sheet-head' }, heading, close);
  const dialog = element('dialog', { class: `sheet ${kind}` }, head, body);
  dialog.setAttribute('aria-labelledby', heading.id);
  let isInHistory = true;
  let isBeside = false;
  // A sheet may be over another one, and a state outlives its page: each is known by a name of its own.
  const own = Math.random();
  const open = history.state?.sheets ?? [];
  history.pushState({ ...history.state, sheets: [...open, own] }, '');
  dialog.addEventListener('close', () => {
    closing.abort();
    dialog.remove();
    if (isInHistory) {
      history.back();
    }
  });
  // A text that is selected from within may end beside it: a tap begins and ends there.
  dialog.addEventListener('pointerdown', ({ target }) => (isBeside = target === dialog));
  dialog.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (event.target === dialog && isBeside) {
      dialog.close();
    } else if (link) {
      // The address takes the place of the sheet in the history.
      event.preventDefault();
      isInHistory = false;
      dialog.close();
      location.replace(link.hash);
    }
  });
  addEventListener('popstate', ({ state }) => state?.sheets?.includes(own) || leave(), { signal });
  addEventListener('hashchange', () => leave(), { signal });
  function leave() {
    isInHistory = false;
    dialog.close();
  }
  document.body.append(dialog);
  fill(body, signal);
  dialog.showModal();
  return { title: (text) => heading.replaceChildren(text), close: () => dialog.open && dialog.close() };
}
