//! The `<video>` elements. There are three, whatever is watched: the present one, the next and the one before. So memory
//! and connections do not grow, and a browser that lets an element be heard only after it was touched needs one touch.

import { tell } from '../changes.js';
import { element } from '../dom.js';

export class Films {
  #all = Array.from({ length: 3 }, () =>
    element('video', { class: 'film', loop: true, muted: true, playsInline: true, preload: 'auto', ariaHidden: 'true' }),
  );
  #free = [...this.#all];

  take() {
    return this.#free.pop();
  }

  /// Stops a film, and with it what is loaded of it.
  giveBack(film) {
    film.pause();
    film.removeAttribute('src');
    film.load();
    film.remove();
    this.#free.push(film);
  }

  sound() {
    for (const film of this.#all) {
      film.muted = !isHeard();
    }
  }
}

/// Where a video can be had, the best first: as a stream where the browser understands that, and as a file.
export function sources(video) {
  return canStream && video.hls_url ? [video.hls_url, video.play_url] : [video.play_url];
}

const canStream = document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '';

/// What was chosen for all of them, `null` for nothing yet: browsers let nothing be heard before somebody has touched the page.
let choice = null;

export function isHeard() {
  return choice === true;
}

export function isSilentByDefault() {
  return choice === null;
}

/// From now on they are heard, or not, or silent until somebody chooses where `on` is `null`.
export function choose(on) {
  choice = on;
  tell('sound');
}
