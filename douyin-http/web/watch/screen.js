//! Shows a video: its poster, the film over it while one is lent, and what keeps it from playing.

import { element, icon, set } from '../dom.js';
import { texts } from '../language.js';
import { spinner, tryAgain } from '../notices.js';
import { choose, isHeard, sources } from './films.js';

const t = texts({
  play: ['Play', '播放'],
  pause: ['Pause', '暂停'],
  broken: ['This video cannot be played.', '这个视频无法播放'],
});

/// The screen of one video. It plays while somebody is there who has not paused it, and the page can be seen.
export class Screen {
  /// Covers all of it and takes the taps. Its name says what they do.
  surface = element('button', { class: 'surface' });
  element;
  film = null;
  #video;
  #settled;
  #lent = null;
  #isThere = false;
  #isPaused = false;

  /// `settled()` is called whenever the video begins to play, or cannot.
  constructor(video, settled) {
    this.#video = video;
    this.#settled = settled;
    this.element = element(
      'div',
      { class: 'screen' },
      cover(video, 'surround'),
      cover(video, 'poster'),
      this.surface,
      element('div', { class: 'at-pause' }, icon('play')),
      spinner(),
      element('div', { class: 'at-fault', role: 'alert' }, element('p', {}, t('broken')), tryAgain(() => this.enter(true))),
    );
    this.#become('waiting');
    this.#update();
  }

  /// Loads the video into a film. Answers what is aborted when that is taken back.
  lend(film) {
    this.film = film;
    this.#lent = new AbortController();
    const { signal } = this.#lent;
    film.addEventListener('waiting', () => this.#become('waiting'), { signal });
    film.addEventListener('playing', () => this.#settle('playing'), { signal });
    film.addEventListener('pause', () => this.#stopped(), { signal });
    document.addEventListener('visibilitychange', () => this.#update(), { signal });
    this.surface.before(film);
    this.#open();
    return signal;
  }

  takeBack() {
    const { film } = this;
    this.#lent.abort();
    this.film = null;
    this.#become('waiting');
    return film;
  }

  /// Somebody is there from now on, or not any more.
  enter(isThere) {
    this.#isThere = isThere;
    this.#isPaused = false;
    if (!isThere && this.film) {
      this.film.currentTime = 0;
    }
    if (isThere && this.element.dataset.state === 'broken') {
      this.#open();
    }
    this.#update();
  }

  pause(isPaused = !this.#isPaused) {
    this.#isPaused = isPaused;
    this.#update();
  }

  #open([source, ...others] = sources(this.#video), at = 0) {
    const { film } = this;
    this.#become('waiting');
    film.addEventListener('error', () => (others.length > 0 ? this.#open(others, film.currentTime) : this.#settle('broken')), { signal: this.#lent.signal, once: true });
    film.src = source;
    film.currentTime = at;
    this.#update();
  }

  #settle(state) {
    this.#become(state);
    this.#settled();
  }

  /// The browser or the device may stop it, too, and so does a fault.
  #stopped() {
    if (this.#isThere && this.film.paused && !this.film.error && !document.hidden) {
      this.pause(true);
    }
  }

  #update() {
    this.element.classList.toggle('paused', this.#isPaused);
    set(this.surface, { ariaLabel: t(this.#isPaused ? 'play' : 'pause') });
    if (this.film && this.#isThere && !this.#isPaused && !document.hidden) {
      this.#play();
    } else {
      this.film?.pause();
    }
  }

  async #play() {
    const { film } = this;
    try {
      await film.play();
    } catch (error) {
      // Otherwise it was stopped since, or cannot be played, of which it tells by itself.
      if (error.name === 'NotAllowedError' && film === this.film) {
        // Silently it may be allowed; else it takes a tap.
        const wasHeard = isHeard();
        if (wasHeard) {
          choose(null);
        }
        this.pause(!wasHeard);
      }
    }
  }

  #become(state) {
    this.element.dataset.state = state;
  }
}

/// Its picture, of which the size is known before it is there.
function cover(video, role) {
  return element('img', { class: role, src: video.cover_url, alt: '', width: 720, height: 1280, decoding: 'async' });
}
