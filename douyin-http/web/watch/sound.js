//! Whether videos are heard: the same for all of them, for as long as the page is open.

import { tell } from '../changes.js';

/// Browsers let nothing be heard before somebody has touched the page.
let heard = false;
let isChosen = false;

/// Whether videos are heard.
export function isHeard() {
  return heard;
}

/// Whether they are silent because nobody has said yet how they should be.
export function isSilentByDefault() {
  return !isChosen;
}

/// From now on they are heard, or not.
export function choose(on) {
  heard = on;
  isChosen = true;
  tell('sound');
}

/// The browser does not let them be heard yet: another touch is needed.
export function wasRefused() {
  heard = false;
  isChosen = false;
  tell('sound');
}
