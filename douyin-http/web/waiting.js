//! What stands where something will be: that it is on its way, or that it has to be asked for anew.

import { element } from './dom.js';
import { texts } from './language.js';

const t = texts({
  again: ['Try again', '重试'],
  loading: ['Loading', '加载中'],
});

/// Turns for as long as it is there.
export function spinner() {
  return element('div', { class: 'spinner', role: 'progressbar', ariaLabel: t('loading') });
}

/// A button that asks anew.
export function tryAgain(onclick) {
  return element('button', { type: 'button', class: 'button', onclick }, t('again'));
}
