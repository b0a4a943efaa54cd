//! Lists that go on when their end comes into sight.

import { element } from './dom.js';
import { failed, spinner, tryAgain } from './notices.js';

/// How far from sight the end is when the next page is asked for: from the window, and from what scrolls in it.
const AHEAD = { rootMargin: '400px', scrollMargin: '400px' };

/// Fills `list` page by page: `load(cursor)` promises `{ items, cursor }`, `render(item)` makes the child for an item, `empty` is said
/// while there is none, `add(children)` puts a page elsewhere than at the end. Items of an `id` that is shown are left out: a list may
/// move while it is read. It ends when `signal` is aborted. Promises that the first page is there.
export function endless(list, { load, render, empty, add = (children) => list.append(...children), signal }) {
  const shown = new Set();
  let cursor = '';
  let busy = false;
  const foot = element('div', { class: 'list-foot' });
  list.after(foot);
  const sight = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && more(), AHEAD);
  signal.addEventListener('abort', () => sight.disconnect());

  async function more() {
    if (busy || signal.aborted) {
      return;
    }
    busy = true;
    sight.unobserve(foot);
    foot.replaceChildren(spinner());
    try {
      const page = await load(cursor);
      if (signal.aborted) {
        return;
      }
      const fresh = page.items.filter(({ id }) => !shown.has(id));
      fresh.forEach(({ id }) => shown.add(id));
      add(fresh.map(render));
      cursor = page.cursor;
      // Out of sight as long as the list has an entry: it may get its first one, or lose its last one, later.
      foot.replaceChildren(...(cursor ? [] : [element('p', { class: 'empty' }, empty)]));
      if (cursor) {
        // It tells again where it stands: a page may be shorter than the window.
        sight.observe(foot);
      }
    } catch (error) {
      if (!signal.aborted) {
        failed(error);
        foot.replaceChildren(tryAgain(more));
      }
    } finally {
      busy = false;
    }
  }

  return more();
}
