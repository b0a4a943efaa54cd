//! A row of tabs: one stop for the tab key, the arrow keys go along it.

import { element, set } from '../dom.js';

/// `tabs` are `{ key, text, panel }`, where several may share a panel. `select(key)` is told of each that is selected, first `selected`.
export function tabRow(label, tabs, selected, select) {
  const buttons = tabs.map(({ key, text, panel }) => {
    set(panel, { id: panel.id || `panel-${key}`, role: 'tabpanel' });
    return element('button', { role: 'tab', class: 'tab', id: `tab-${key}`, 'aria-controls': panel.id, onclick: () => choose(key) }, text);
  });
  const row = element('div', { class: 'tabs', role: 'tablist', ariaLabel: label, onkeydown: pressed }, buttons);

  function choose(key) {
    const at = tabs.findIndex((tab) => tab.key === key);
    tabs.forEach(({ panel }, index) => {
      set(buttons[index], { ariaSelected: String(index === at), tabIndex: index === at ? 0 : -1 });
      panel.hidden = panel !== tabs[at].panel;
    });
    tabs[at].panel.setAttribute('aria-labelledby', buttons[at].id);
    select(key);
  }

  function pressed(event) {
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = (to + buttons.length) % buttons.length;
      buttons[next].focus();
      choose(tabs[next].key);
    }
  }

  choose(selected);
  return row;
}
