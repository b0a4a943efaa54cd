//! A video as tall as the view: its screen, what is said about it, and what can be done with it.

import { element, icon, userText } from '../dom.js';
import { me } from '../session.js';
import { followButton } from '../people/follow-button.js';
import { nameLink } from '../people/person.js';
import { actions } from './actions.js';
import { choose, isSilentByDefault } from './films.js';
import { taps } from './gestures.js';
import { like } from './likes.js';
import { Screen } from './screen.js';
import { seekBar } from './seek-bar.js';

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
      heart.style.setProperty('left', `${x}px`);
      heart.style.setProperty('top', `${y}px`);
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
