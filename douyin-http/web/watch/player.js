//! A reel that is watched: its row, the keys and buttons that move it, and the sound.

import { hear, tell } from '../changes.js';
import { element, icon, iconButton, set } from '../dom.js';
import { texts } from '../language.js';
import { here } from '../router.js';
import { choose, isHeard, isSilentByDefault } from './films.js';
import { hasRoomToScroll, wheel } from './gestures.js';
import { Row } from './row.js';

const t = texts({
  videos: ['Videos', '视频'],
  previous: ['Previous video', '上一个视频'],
  next: ['Next video', '下一个视频'],
  mute: ['Mute', '静音'],
  unmute: ['Unmute', '打开声音'],
  hint: ['Tap for sound', '轻触打开声音'],
});

const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -1, PageDown: 1 };

/// Plays a reel from where it stands, until `signal` is aborted. `arrived(video)` is told of every other video; `back` is a button.
export function player(reel, { arrived = () => {}, back, signal }) {
  const previous = iconButton('up', t('previous'), { onclick: () => row.step(-1) });
  const next = iconButton('down', t('next'), { onclick: () => row.step(1) });
  const row = new Row(reel, {
    arrived(index) {
      previous.disabled = index === 0;
      next.disabled = reel.isComplete && index === reel.videos.length - 1;
      if (index < reel.videos.length) {
        arrived(reel.videos[index]);
      }
    },
    signal,
  });
  wheel(row.element, { place: () => reel.index, step: (by) => row.step(by), signal });
  hear('deleted', signal, () => (reel.videos.length > 0 ? row.renew() : tell('again', here())));
  document.addEventListener('keydown', (event) => {
    const by = step(event);
    if (by) {
      event.preventDefault();
      row.step(by);
    }
  }, { signal });
  return element(
    'section',
    { class: 'watch', ariaLabel: t('videos') },
    row.element,
    element('div', { class: 'top' }, back, soundButton(row, signal)),
    element('div', { class: 'steps' }, previous, next),
  );
}

/// Where a key leads: 0 where it is somebody else's.
function step({ key, shiftKey, altKey, ctrlKey, metaKey, target }) {
  if (altKey || ctrlKey || metaKey || document.querySelector('dialog[open]') || target.closest('input, textarea, [popover]') || hasRoomToScroll(target)) {
    return 0;
  }
  if (key === ' ' && !target.closest('button, a')) {
    return shiftKey ? -1 : 1;
  }
  return STEPS[key] ?? 0;
}

function soundButton(row, signal) {
  const hint = element('span', { class: 'hint' }, t('hint'));
  const button = element('button', { onclick: () => choose(!isHeard()) });
  const show = () => {
    const label = t(isHeard() ? 'mute' : 'unmute');
    set(button, { ariaLabel: label, title: label });
    button.replaceChildren(icon(isHeard() ? 'sound' : 'muted'));
    hint.hidden = !isSilentByDefault();
    row.sound();
  };
  show();
  hear('sound', signal, show);
  return [hint, button];
}
