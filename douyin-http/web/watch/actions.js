//! What can be done with a video, beside it: its author, liking it, talking about it, deleting one's own.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { element, icon, set } from '../dom.js';
import { count, texts } from '../language.js';
import { failed, toast } from '../notices.js';
import { avatar, profilePath } from '../people/person.js';
import { remover } from '../remover.js';
import { go, signInPath } from '../router.js';
import { me } from '../session.js';
import { openComments } from '../talk/comments.js';

const t = texts({
  like: ['Like, {count}', '赞，{count}'],
  comments: ['Comments, {count}', '评论，{count}'],
  remove: ['Delete this video', '删除视频'],
  removed: ['The video is deleted', '视频已删除'],
  profile: ['Profile of {name}', '{name} 的主页'],
});

/// The column of them, true until `signal` is aborted.
export function actions(video, signal) {
  const { author } = video;
  return element(
    'div',
    { class: 'actions' },
    element('a', { class: 'action author', href: `#${profilePath(author.id)}`, ariaLabel: t('profile', { name: author.name }) }, avatar(author)),
    likeButton(video, signal),
    commentsButton(video, signal),
    author.id === me() && remover(t('remove'), () => api.deleteVideo(video.id), gone),
  );

  function gone() {
    toast(t('removed'));
    tell('deleted', video.id);
  }
}

function likeButton(video, signal) {
  const { button, say } = counter('heart', 'like', () => like(video, !video.is_favorite));
  const show = (on, number) => {
    set(button, { ariaPressed: String(on) });
    say(number);
  };
  show(video.is_favorite, video.favorite_count);
  hear('like', signal, (change) => change.video === video.id && show(change.on, change.count));
  return button;
}

function commentsButton(video, signal) {
  const { button, say } = counter('comment', 'comments', () => openComments(video));
  say(video.comment_count);
  hear('comments', signal, (change) => change.video === video.id && say(change.count));
  return button;
}

function counter(picture, key, onclick) {
  const shown = element('span', { class: 'count' });
  const button = element('button', { class: `action ${key}`, onclick }, icon(picture), shown);
  const say = (number) => {
    shown.textContent = count(number);
    set(button, { ariaLabel: t(key, { count: number }) });
  };
  return { button, say };
}

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
