//! What is said to people: short notices at the edge of the page, and what stands where something will be.

import { element, set } from './dom.js';
import { texts } from './language.js';

/// How long one stays at least, and for each of its characters, in milliseconds: long enough to be read twice.
const [STAYS, PER_CHARACTER] = [5_000, 100];

const region = document.getElementById('toasts');

const t = texts({
  fault: ['Something went wrong on this page.', '页面出现错误'],
  again: ['Try again', '重试'],
  loading: ['Loading', '加载中'],
});

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

export function spinner() {
  return element('div', { class: 'spinner', role: 'progressbar', ariaLabel: t('loading') });
}

/// Says why there is nothing, and leads on: `on` is a link or a button.
export function notice(text, on) {
  return element('div', { class: 'notice' }, element('p', { dir: 'auto' }, text), on);
}

export function linkButton(path, text, kind = '') {
  return element('a', { class: `button ${kind}`, href: `#${path}` }, text);
}

/// Does what a button is for, once at a time, and says what it fails with. Disabled, the button would lose the focus.
export async function busily(button, task) {
  if (button.getAttribute('aria-disabled') === 'true') {
    return;
  }
  set(button, { ariaDisabled: 'true' });
  try {
    await task();
  } catch (error) {
    failed(error);
  } finally {
    set(button, { ariaDisabled: 'false' });
  }
}

export function tryAgain(onclick) {
  return element('button', { class: 'button', onclick }, t('again'));
}
