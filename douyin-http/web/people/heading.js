//! The heading of a view that a profile leads to.

import { element, icon } from '../dom.js';
import { texts } from '../language.js';
import { profilePath } from './person.js';

const t = texts({ back: ['Back to the profile', '返回主页'] });

/// A heading, with the way back to the profile of a user.
export function heading(text, user) {
  const back = { href: `#${profilePath(user)}`, ariaLabel: t('back'), title: t('back') };
  return element('header', { class: 'heading' }, element('a', back, icon('back')), element('h1', {}, text));
}
