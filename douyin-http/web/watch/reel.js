//! A row of videos that goes on, and where in it somebody is.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { isBeingLiked } from './actions.js';

/// Videos, one after the other. One that comes around again is the same object, kept as what is told of it until `signal` is aborted.
export class Reel {
  videos = [];
  index = 0;
  /// Whether nothing comes after these.
  isComplete = false;
  #page;
  #known = new Map();
  /// The videos of which something was told since the last page was asked for.
  #changed = new Set();
  #asking = null;
  #deleted = new Set();

  /// `page()` promises the next ones: `{ videos, isLast }`.
  constructor(page, signal) {
    this.#page = page;
    hear('like', signal, ({ video, on, count }) => this.#update(video, { is_favorite: on, favorite_count: count }));
    hear('deleted', signal, (id) => this.#remove(id));
    hear('comments', signal, ({ video, count }) => this.#update(video, { comment_count: count }));
    hear('follow', signal, ({ user, on }) => this.#updateAuthor(user, { is_follow: on }));
    hear('profile', signal, (user) => this.#updateAuthor(user.id, user));
  }

  more() {
    this.#asking ??= this.#append().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #append() {
    this.#changed.clear();
    const { videos, isLast } = await this.#page();
    const before = this.videos.length;
    for (const video of videos.filter(({ id }) => !this.#deleted.has(id))) {
      const same = this.#remember(video);
      // Where there is but one, it is no row.
      if (same !== this.videos.at(-1)) {
        this.videos.push(same);
      }
    }
    this.isComplete = isLast || this.videos.length === before;
  }

  #remember(video) {
    const known = this.#known.get(video.id);
    if (!known) {
      this.#known.set(video.id, video);
      return video;
    }
    // What was told is newer than what was asked for before.
    if (!isBeingLiked(video.id) && !this.#changed.has(video.id)) {
      Object.assign(known, video, { author: known.author });
      tell('like', { video: video.id, on: video.is_favorite, count: video.favorite_count });
      tell('comments', { video: video.id, count: video.comment_count });
    }
    return known;
  }

  #update(id, now) {
    const video = this.#known.get(id);
    if (video) {
      this.#changed.add(id);
      Object.assign(video, now);
    }
  }

  #remove(id) {
    const isLeft = (video) => video.id !== id;
    const before = this.videos.slice(0, this.index).filter(isLeft).length;
    // A page that was asked for before may still have it.
    this.#deleted.add(id);
    this.videos = this.videos.filter(isLeft);
    this.index = Math.max(Math.min(before, this.videos.length - 1), 0);
  }

  #updateAuthor(id, now) {
    for (const { author } of this.#known.values()) {
      if (author.id === id) {
        Object.assign(author, now);
      }
    }
  }
}

export function feedReel(signal) {
  let next;
  return new Reel(async () => {
    let page = await api.feed(next);
    if (page.video_list.length === 0 && next !== undefined) {
      // An empty page is the end, and says where the newest begin.
      page = await api.feed(page.next_time);
    }
    next = page.next_time;
    return { videos: page.video_list, isLast: page.video_list.length === 0 };
  }, signal);
}

/// The videos of a list, `list(cursor)`, as far as the one of an id at least, where somebody is then.
export async function listReel(list, id, signal) {
  let cursor;
  const seen = new Set();
  const reel = new Reel(async () => {
    const page = await list(cursor);
    cursor = page.cursor;
    // A list may move while it is read.
    const videos = page.items.filter((video) => !seen.has(video.id));
    videos.forEach((video) => seen.add(video.id));
    return { videos, isLast: cursor === '' };
  }, signal);
  do {
    await reel.more();
    reel.index = reel.videos.findIndex((video) => String(video.id) === id);
  } while (reel.index < 0 && !reel.isComplete);
  reel.index = Math.max(reel.index, 0);
  return reel;
}
