//! The entries of the history. What is known of each is in its state, which outlives the page: its name, how many are before it, and the
//! sheets that are open. Whoever comes back to one finds the place where its view was left.

const places = new Map();

/// The entry that is shown, and how many are before it.
let present = { before: -1 };

/// Done when no step back is on its way any more, which would undo what is done to the history meanwhile.
let settled = Promise.resolve();

/// How long a step back may take, in milliseconds.
const PATIENCE = 1_000;

/// Remembers where the view in `outlet` is left, and answers where the one of the present address was: at 0 where it is new.
export function turnFrom(outlet) {
  places.set(present.entry, outlet.scrollTop);
  const { entry = Math.random(), before = present.before + 1 } = history.state ?? {};
  present = { entry, before };
  amend(present);
  return places.get(entry) ?? 0;
}

/// Whether a step back leads to an entry of this page.
export function canStepBack() {
  return history.state?.before > 0;
}

export function stepBack() {
  whenSettled(() => new Promise((resolve) => {
    addEventListener('popstate', resolve, { once: true });
    setTimeout(resolve, PATIENCE);
    history.back();
  }));
}

export function whenSettled(task) {
  settled = settled.then(task);
}

/// Adds an entry with the address of the present one.
export function enter(state) {
  history.pushState({ ...history.state, before: present.before + 1, ...state }, '');
}

/// Changes the state or the path of the present entry.
export function amend(state, path = location.hash.slice(1)) {
  try {
    history.replaceState({ ...history.state, ...state }, '', `#${path}`);
  } catch {
    // Safari refuses more than a hundred in half a minute: then it stays as it is until the next time.
  }
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
