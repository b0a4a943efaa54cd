//! Whoever comes back to a view finds the place where it was left.

const places = new Map();

/// The entry of the history whose view is shown. Each has a name of its own in its state.
let present = null;

/// Remembers where the view in `outlet` is left, and answers where the one of the present address was: at 0 where it is new.
export function turnFrom(outlet) {
  places.set(present, outlet.scrollTop);
  present = history.state?.entry ?? Math.random();
  history.replaceState({ ...history.state, entry: present }, '');
  return places.get(present) ?? 0;
}

/// Scrolls `outlet` to a place in `content`, as soon as there is so much of it, unless somebody has begun to scroll, or `signal` is
/// aborted.
export function comeTo(place, outlet, content, signal) {
  const isThere = () => {
    outlet.scrollTop = place;
    return outlet.scrollTop >= place - 1;
  };
  if (isThere()) {
    return;
  }
  const growth = new ResizeObserver(() => isThere() && growth.disconnect());
  growth.observe(content);
  signal.addEventListener('abort', () => growth.disconnect());
  for (const event of ['wheel', 'touchstart', 'keydown', 'pointerdown']) {
    outlet.addEventListener(event, () => growth.disconnect(), { passive: true, signal });
  }
}
