//! A sheet over the page: from below on a phone, beside the video on a wide window. It is modal: Escape, the back button and a tap
//! beside it close it, and the focus returns to where it was.

import { element, iconButton, userText } from './dom.js';
import { texts } from './language.js';

const t = texts({ close: ['Close', '关闭'] });

/// Opens one. `fill(body, signal)` puts the content in; `signal` is aborted when it is closed. Answers a function that closes it.
export function openSheet({ title, kind = '', fill }) {
  const closing = new AbortController();
  const { signal } = closing;
  const body = element('div', { class: 'sheet-body' });
  const heading = userText(title, { class: 'sheet-title', id: 'sheet-title' }, 'h2');
  const close = iconButton('close', t('close'), { onclick: () => dialog.close() });
  const head = element('header', { class: 'sheet-head' }, heading, close);
  const dialog = element('dialog', { class: `sheet ${kind}` }, head, body);
  dialog.setAttribute('aria-labelledby', 'sheet-title');
  let isInHistory = true;
  history.pushState({ sheet: true }, '');
  dialog.addEventListener('close', () => {
    closing.abort();
    dialog.remove();
    if (isInHistory) {
      history.back();
    }
  });
  dialog.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (event.target === dialog) {
      dialog.close();
    } else if (link) {
      // The address takes the place of the sheet in the history.
      event.preventDefault();
      isInHistory = false;
      dialog.close();
      location.replace(link.hash);
    }
  });
  addEventListener('popstate', () => leave(), { signal });
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
