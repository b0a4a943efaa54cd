//! How far a video is, and the way to elsewhere in it.

import { element, set } from '../dom.js';
import { duration } from '../format.js';
import { texts } from '../language.js';

const t = texts({
  position: ['Position', '播放进度'],
  at: ['{at} of {all}', '{at}，共 {all}'],
});

/// A slider. `follow(film, signal)` binds it to a film until `signal` is aborted.
export function seekBar() {
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
