//! A sheet over the page: from below on a phone, beside the video on a wide window. It is modal: Escape, the back button and a tap
//! beside it close it, and the focus returns to where it was.

import { element, iconButton, userText } from './dom.js';
import { enter, stepBack, whenSettled } from './entries.js';
import { texts } from './language.js';
import { raiseToasts } from './notices.js';
import { go } from './router.js';

const t = texts({ close: ['Close', '关闭'] });

let opened = 0;

/// The names of those that are open, as in the state of the history. A state outlives its page, and the way forward leads to states of
/// sheets that were closed: from there it goes back.
const present = new Set();
addEventListener('popstate', leaveClosed);
leaveClosed();

function leaveClosed() {
  if (history.state?.sheets?.some((name) => !present.has(name))) {
    stepBack();
  }
}

/// Opens one. `fill(body, signal)` puts the content in; `signal` is aborted when it is closed. Answers a function that closes it.
export function openSheet({ title, fill }) {
  opened += 1;
  const closing = new AbortController();
  const { signal } = closing;
  const body = element('div', { class: 'sheet-body' });
  const heading = userText(title, { class: 'sheet-title', id: `sheet-title-${opened}` }, 'h2');
  const close = iconButton('close', t('close'), { onclick: () => dialog.close() });
  const head = element('header', { class: 'sheet-head' }, heading, close);
  const dialog = element('dialog', { class: 'sheet' }, head, body);
  dialog.setAttribute('aria-labelledby', heading.id);
  let isInHistory = false;
  let isBeside = false;
  const own = Math.random();
  whenSettled(() => {
    if (!signal.aborted) {
      enter({ sheets: [...(history.state?.sheets ?? []), own] });
      present.add(own);
      isInHistory = true;
      addEventListener('popstate', ({ state }) => state?.sheets?.includes(own) || leave(), { signal });
      addEventListener('hashchange', leave, { signal });
    }
  });
  dialog.addEventListener('close', () => {
    closing.abort();
    present.delete(own);
    raiseToasts();
    dialog.remove();
    if (isInHistory) {
      stepBack();
    }
  });
  // A text that is selected from within may end beside it: a tap begins and ends there.
  dialog.addEventListener('pointerdown', ({ target }) => (isBeside = target === dialog));
  dialog.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) {
      // Another address takes the place of the sheet in the history.
      event.preventDefault();
      go(link.hash.slice(1), { replace: true });
    }
    if (link || (event.target === dialog && isBeside)) {
      dialog.close();
    }
  });
  function leave() {
    isInHistory = false;
    dialog.close();
  }
  document.body.append(dialog);
  fill(body, signal);
  dialog.showModal();
  raiseToasts();
  return { title: (text) => heading.replaceChildren(text), close: () => dialog.close() };
}
