//! Whether videos are heard: the same for all of them, for as long as the page is open.

import { tell } from '../changes.js';

/// What was chosen, `null` for nothing yet: browsers let nothing be heard before somebody has touched the page.
let choice = null;

/// Whether videos are heard.
export function isHeard() {
  return choice === true;
}

/// Whether they are silent because nobody has said yet how they should be.
export function isSilentByDefault() {
  return choice === null;
}

/// From now on they are heard, or not, or silent until somebody chooses where `on` is `null`.
export function choose(on) {
  choice = on;
  tell('sound');
}
