//! Short notices at the edge of the page.

import { element } from './dom.js';

/// How long one stays, in milliseconds: long enough to be read twice.
const STAYS = 5_000;

const region = document.getElementById('toasts');

/// Says something to people.
export function toast(text) {
  if (region.lastElementChild?.textContent === text) {
    region.lastElementChild.remove();
  }
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
  if (error?.name !== 'ApiError') {
    // A fault of this program, which belongs in front of whoever looks for it.
    console.error(error);
  }
  toast(error.message);
}
