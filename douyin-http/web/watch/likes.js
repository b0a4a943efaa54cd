//! Likes: shown at once, and in the end as the server says.

import * as api from '../api.js';
import { tell } from '../changes.js';
import { go, signInPath } from '../router.js';
import { me } from '../session.js';
import { failed } from '../toast.js';

/// What is wished of each video that the server is being told about, one request at a time.
const wishes = new Map();

/// Likes a video, or takes that back; who is not signed in is asked to. However often it is called meanwhile, the last wish holds.
export function like(video, on) {
  if (me() === null) {
    go(signInPath());
    return;
  }
  if (video.is_favorite === on) {
    return;
  }
  show(video, on);
  const isBeingTold = wishes.has(video.id);
  wishes.set(video.id, on);
  if (!isBeingTold) {
    fulfil(video, !on);
  }
}

/// Whether the server may not know yet what is shown of a video.
export function isBeingLiked(video) {
  return wishes.has(video);
}

async function fulfil(video, before) {
  let known = before;
  try {
    while (wishes.get(video.id) !== known) {
      const wish = wishes.get(video.id);
      await api.like(video.id, wish);
      known = wish;
    }
  } catch (error) {
    show(video, known);
    failed(error);
  } finally {
    wishes.delete(video.id);
    // Pages that are on their way may be older than this.
    show(video, video.is_favorite);
  }
}

function show(video, on) {
  if (video.is_favorite !== on) {
    video.is_favorite = on;
    video.favorite_count += on ? 1 : -1;
  }
  tell('like', { video: video.id, on, count: video.favorite_count });
}
