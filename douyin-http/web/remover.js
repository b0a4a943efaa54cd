//! What deletes something, when asked twice.

import { element, iconButton } from './dom.js';
import { texts } from './language.js';
import { busily } from './notices.js';

const t = texts({
  sure: ['Delete it?', '确定删除？'],
  yes: ['Delete', '删除'],
  no: ['Keep', '保留'],
});

/// A button of this name, and its question. Where the answer is yes, `remove()` promises; `gone()` is called when there is nothing more to
/// delete, whoever did.
export function remover(label, remove, gone) {
  const yes = element('button', { class: 'button', onclick: () => busily(yes, act) }, t('yes'));
  const no = element('button', { class: 'button quiet', autofocus: true, onclick: () => sure.hidePopover() }, t('no'));
  const sure = element('div', { class: 'sure', popover: 'auto', role: 'alertdialog', ariaLabel: t('sure') }, t('sure'), yes, no);

  async function act() {
    sure.hidePopover();
    try {
      await remove();
    } catch (error) {
      if (!error.isNotThere) {
        throw error;
      }
    }
    gone();
  }

  return [iconButton('trash', label, { popoverTargetElement: sure }), sure];
}
