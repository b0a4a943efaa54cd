//! Short notices at the edge of the page.

import { element } from './dom.js';
import { texts } from './language.js';

/// How long one stays, in milliseconds: long enough to be read twice.
const STAYS = 5_000;

const region = document.getElementById('toasts');

const t = texts({ fault: ['Something went wrong on this page.', '页面出现错误'] });

/// Says something to people, once where it is said several times: what many requests fail with at once.
export function toast(text) {
  [...region.children].find((shown) => shown.textContent === text)?.remove();
  const shown = element('div', { class: 'toast', dir: 'auto' }, text);
  // Above a dialog that was opened since: the last one that was shown is on top.
  region.hidePopover();
  region.showPopover();
  region.append(shown);
  setTimeout(() => shown.remove(), STAYS);
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
