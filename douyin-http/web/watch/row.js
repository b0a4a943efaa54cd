//! A reel on the page: a place as tall as the view for every video, one below the other. The browser scrolls from one to the next, so that
//! fingers, wheels and pads do what they do elsewhere. Only the places that are near are furnished.

import { element, set } from '../dom.js';
import { failed, spinner, tryAgain } from '../notices.js';
import { Films } from './films.js';
import { slide } from './slide.js';

/// How many places to each side have a slide, how many of those a film, and with how many below the next videos are asked for.
const [NEAR, NEXT, AHEAD] = [2, 1, 4];

/// The places of a reel, from the one on where it stands.
export class Row {
  element = element('div', { class: 'row' });
  #reel;
  #arrived;
  #signal;
  #films = new Films();
  #places = [];
  #slides = new Map();
  #here;
  #aim = null;
  #entered = null;
  #height = 0;
  #isAsking = false;

  /// `arrived(index)` is called when another video has come. It ends when `signal` is aborted.
  constructor(reel, { arrived, signal }) {
    this.#reel = reel;
    this.#arrived = arrived;
    this.#signal = signal;
    this.#here = reel.index;
    this.#extend();
    this.#settle();
    this.element.addEventListener('scroll', () => this.#scrolled(), { passive: true, signal });
    // A hand on it stops it on its way, and older browsers do not tell when it has stopped.
    for (const event of ['scrollend', 'pointerdown', 'wheel']) {
      this.element.addEventListener(event, () => (this.#aim = null), { passive: true, signal });
    }
    const size = new ResizeObserver(() => this.#resized());
    size.observe(this.element);
    signal.addEventListener('abort', () => {
      size.disconnect();
      this.#keepOnly(() => false);
    });
  }

  /// Goes to the next video, or back where `by` is negative.
  step(by) {
    // While it is on its way to a place, further steps are counted from there.
    const aim = Math.min(Math.max((this.#aim ?? this.#here) + by, 0), this.#places.length - 1);
    this.#aim = aim === this.#here ? null : aim;
    this.#places[aim].scrollIntoView();
  }

  /// Shows the reel as it is now, after a video was taken out of it.
  renew() {
    this.#keepOnly(() => false);
    this.#entered = null;
    this.#extend();
    this.#arrive(this.#reel.index);
    this.#resized();
    this.#entered?.element.focus({ preventScroll: true });
  }

  sound() {
    this.#films.sound();
  }

  #resized() {
    this.#height = this.#places[0].getBoundingClientRect().height;
    this.element.scrollTo({ top: this.#here * this.#height, behavior: 'instant' });
  }

  #scrolled() {
    const index = Math.round(this.element.scrollTop / this.#height);
    if (index !== this.#here && this.#places[0].getBoundingClientRect().height === this.#height) {
      this.#arrive(Math.min(index, this.#places.length - 1));
    }
  }

  #arrive(index) {
    const hadFocus = this.#places[this.#here]?.contains(document.activeElement);
    this.#open(false);
    this.#entered?.screen.enter(false);
    this.#entered = null;
    this.#here = index;
    this.#aim = index === this.#aim ? null : this.#aim;
    this.#reel.index = index;
    this.#settle();
    if (hadFocus) {
      this.#entered?.element.focus({ preventScroll: true });
    }
  }

  #open(isOpen) {
    const place = this.#places[this.#here];
    if (place) {
      place.inert = !isOpen;
      set(place, { ariaHidden: String(!isOpen) });
    }
  }

  #settle() {
    this.#furnish();
    this.#open(true);
    if (!this.#entered && this.#slides.has(this.#here)) {
      this.#entered = this.#slides.get(this.#here);
      this.#entered.screen.enter(true);
    }
    this.#arrived(this.#here);
    if (this.#here + AHEAD >= this.#reel.videos.length && !this.#reel.isComplete) {
      this.#more();
    }
  }

  #furnish() {
    this.#keepOnly((index) => Math.abs(index - this.#here) <= NEAR);
    const last = Math.min(this.#here + NEAR, this.#reel.videos.length - 1);
    for (let index = Math.max(this.#here - NEAR, 0); index <= last; index += 1) {
      if (!this.#slides.has(index)) {
        const made = slide(this.#reel.videos[index], () => index === this.#here && this.#load(index + NEXT));
        this.#slides.set(index, made);
        this.#places[index].replaceChildren(made.element);
      }
    }
    this.#load(this.#here);
  }

  #keepOnly(isNear) {
    for (const [index, slide] of this.#slides) {
      if (slide.screen.film && !(isNear(index) && Math.abs(index - this.#here) <= NEXT)) {
        this.#films.giveBack(slide.screen.takeBack());
      }
      if (!isNear(index)) {
        slide.close();
        this.#slides.delete(index);
      }
    }
  }

  /// Loads the video of a place. The one below is loaded when this one plays.
  #load(index) {
    const slide = this.#slides.get(index);
    if (slide && !slide.screen.film) {
      slide.lend(this.#films.take());
    }
  }

  /// A place for every video, and where there will be more, one to wait in.
  #extend() {
    const wanted = this.#reel.videos.length + (this.#reel.isComplete ? 0 : 1);
    while (this.#places.length < wanted) {
      const place = element('div', { class: 'place', inert: true, ariaHidden: 'true' });
      this.#places.push(place);
      this.element.append(place);
    }
    while (this.#places.length > wanted) {
      this.#places.pop().remove();
    }
  }

  async #more() {
    if (this.#isAsking) {
      return;
    }
    this.#isAsking = true;
    this.#wait(spinner());
    try {
      await this.#reel.more();
    } catch (error) {
      if (!this.#signal.aborted) {
        failed(error);
        this.#wait(tryAgain(() => this.#more()));
      }
      return;
    } finally {
      this.#isAsking = false;
    }
    if (!this.#signal.aborted) {
      this.#extend();
      this.#settle();
    }
  }

  #wait(what) {
    this.#places.at(-1).replaceChildren(what);
  }
}
