// What is on a page for a moment only: a slow machine looks for it when it is gone, so pages note it.

/** Notices, and the heart of a double tap. */
export const noted = '.toast, .heart';

/** To be run in a page before its scripts: notes what appears of `selector`, as `window.fleeting`. What is moved is noted once. */
export function noteFleeting(selector) {
  window.fleeting = [];
  const seen = new WeakSet();
  new MutationObserver(() => {
    for (const element of document.querySelectorAll(selector)) {
      if (!seen.has(element)) {
        seen.add(element);
        window.fleeting.push({ classes: [...element.classList], text: element.textContent });
      }
    }
  }).observe(document, { childList: true, subtree: true });
}

/** The texts of what has appeared of a class since the page was loaded, the oldest first. */
export function appeared(page, name) {
  return page.evaluate((name) => window.fleeting.filter(({ classes }) => classes.includes(name)).map(({ text }) => text), name);
}
