//! What can be done with a video, beside it: its author, liking it, talking about it.

import { element, icon, set } from '../dom.js';
import { hear } from '../changes.js';
import { count } from '../format.js';
import { texts } from '../language.js';
import { avatar, profilePath } from '../people/person.js';
import { openComments } from '../talk/comments.js';
import { like } from './likes.js';

const t = texts({
  like: ['Like, {count}', '赞，{count}'],
  comments: ['Comments, {count}', '评论，{count}'],
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
  );
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

/// A button with a number below it, which is part of its name.
function counter(picture, key, onclick) {
  const shown = element('span', { class: 'count' });
  const button = element('button', { type: 'button', class: `action ${key}`, onclick }, icon(picture), shown);
  const say = (number) => {
    shown.textContent = count(number);
    set(button, { ariaLabel: t(key, { count: count(number) }) });
  };
  return { button, say };
}
