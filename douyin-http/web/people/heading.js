//! The heading of a view that another one leads to.

import { element, icon } from '../dom.js';

/// A heading, with the way back to `path`, which `label` names.
export function heading(text, path, label) {
  return element('header', { class: 'heading' }, element('a', { class: 'heading-back', href: `#${path}`, ariaLabel: label, title: label }, icon('back')), element('h1', {}, text));
}
