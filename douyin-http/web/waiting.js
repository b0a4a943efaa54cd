//! What stands where something will be: that it is on its way, or that it has to be asked for anew.

import { element, set } from './dom.js';
import { texts } from './language.js';
import { failed } from './toast.js';

const t = texts({
  again: ['Try again', '重试'],
  loading: ['Loading', '加载中'],
});

/// Turns for as long as it is there.
export function spinner() {
  return element('div', { class: 'spinner', role: 'progressbar', ariaLabel: t('loading') });
}

/// Says why there is nothing, and leads on: `on` is a link or a button.
export function notice(text, on) {
  return element('div', { class: 'notice' }, element('p', { dir: 'auto' }, text), on);
}

/// A link that looks like a button.
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

/// A button that asks anew.
export function tryAgain(onclick) {
  return element('button', { type: 'button', class: 'button', onclick }, t('again'));
}
