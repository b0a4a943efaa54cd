//! Short notices at the edge of the page.

import { element } from './dom.js';
import { texts } from './language.js';

/// How long one stays at least, and for each of its characters, in milliseconds: long enough to be read twice.
const [STAYS, PER_CHARACTER] = [5_000, 100];

const region = document.getElementById('toasts');

const t = texts({ fault: ['Something went wrong on this page.', '页面出现错误'] });

/// Says something to people, once where it is said several times: what many requests fail with at once.
export function toast(text) {
  const shown = element('div', { class: 'toast', dir: 'auto' }, text);
  // A moment later: a sheet that is closed with it has gone by then, and what is there before it changes is read out.
  setTimeout(() => {
    [...region.children].find((other) => other.textContent === text)?.remove();
    region.append(shown);
    setTimeout(() => shown.remove(), Math.max(STAYS, text.length * PER_CHARACTER));
  });
}

/// Brings them to the topmost sheet, or back to the page: beside a sheet that is open, nothing is seen or heard.
export function raiseToasts() {
  ([...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body).append(region);
}

/// Says what went wrong; nothing where it was given up on purpose.
export function failed(error) {
  if (error?.name === 'AbortError') {
    return;
  }
  if (error?.name === 'ApiError') {
    toast(error.message);
  } else {
    // A fault of this program, which belongs in front of whoever looks for it.
    console.error(error);
    toast(t('fault'));
  }
}
