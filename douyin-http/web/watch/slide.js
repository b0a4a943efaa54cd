//! A video as tall as the view, what is said about it, and how far it is.

import { element, icon, set, userText } from '../dom.js';
import { duration, texts } from '../language.js';
import { followButton, nameLink } from '../people/person.js';
import { me } from '../session.js';
import { actions, like } from './actions.js';
import { choose, isSilentByDefault } from './films.js';
import { taps } from './gestures.js';
import { Screen } from './screen.js';

const t = texts({
  position: ['Position', '播放进度'],
  at: ['{at} of {all}', '{at}，共 {all}'],
});

/// How many characters of a title have room in any case.
const CUT = 40;

/// Makes one for a video; `settled` is called whenever that begins to play, or cannot. Its screen is lent a film while it is near.
export function slide(video, settled) {
  const closing = new AbortController();
  const { signal } = closing;
  const { name } = video.author;
  const screen = new Screen(video, settled);
  const seek = seekBar();
  const article = element(
    'article',
    { class: 'slide', tabIndex: -1, ariaLabel: [name, video.title].filter(Boolean).join(': ') },
    screen.element,
    caption(video, signal),
    actions(video, signal),
    seek.bar,
  );
  taps(screen.surface, { single: tap, double: likeAt, key: () => screen.pause(), signal });

  function tap() {
    if (isSilentByDefault()) {
      choose(true);
      screen.pause(false);
    } else {
      screen.pause();
    }
  }

  function likeAt({ x, y }) {
    like(video, true);
    if (me() !== null) {
      const heart = element('span', { class: 'heart', onanimationend: () => heart.remove() }, icon('heart'));
      Object.assign(heart.style, { left: `${x}px`, top: `${y}px` });
      screen.element.append(heart);
    }
  }

  return {
    element: article,
    screen,
    lend: (film) => seek.follow(film, screen.lend(film)),
    close() {
      closing.abort();
      article.remove();
    },
  };
}

function caption(video, signal) {
  return element(
    'div',
    { class: 'caption' },
    element('div', { class: 'by' }, nameLink(video.author), followButton(video.author, signal)),
    // A long one is shown whole as long as it has the focus.
    video.title && userText(video.title, { class: 'title', tabIndex: video.title.length > CUT ? 0 : -1 }, 'p'),
  );
}

/// A slider. `follow(film, signal)` binds it to a film until `signal` is aborted.
function seekBar() {
  const bar = element('input', { type: 'range', class: 'seek', step: 'any', max: 0, value: 0, disabled: true, ariaLabel: t('position') });

  function follow(film, signal) {
    const show = () => {
      const all = Number.isFinite(film.duration) ? film.duration : 0;
      bar.disabled = all === 0;
      bar.max = all;
      bar.value = film.currentTime;
      bar.style.setProperty('--played', all && film.currentTime / all);
    };
    // Only where somebody asks for it or changes it: a screen reader says every change.
    const say = () => set(bar, { ariaValueText: t('at', { at: duration(bar.valueAsNumber), all: duration(film.duration) }) });
    for (const change of ['durationchange', 'timeupdate', 'seeking']) {
      film.addEventListener(change, show, { signal });
    }
    bar.addEventListener('input', () => {
      film.currentTime = bar.valueAsNumber;
      say();
    }, { signal });
    bar.addEventListener('focus', say, { signal });
    // The arrow keys belong to it while it was reached by key.
    bar.addEventListener('pointerup', () => bar.blur(), { signal });
    show();
  }

  return { bar, follow };
}
