//! Asks the server again and again, as long as somebody looks.

import { element } from '../dom.js';
import { texts } from '../language.js';
import { failed } from '../notices.js';

const t = texts({ reconnecting: ['Reconnecting…', '正在重新连接…'] });

/// The first pause after a failure and the longest, in milliseconds. Each is up to half shorter: not all come back at once.
const [FIRST_PAUSE, LONGEST_PAUSE] = [1_000, 30_000];

/// After this part of the time since something happened, it is asked again.
const PART_OF_IDLE_TIME = 1 / 30;

/// Runs `task` every `least` milliseconds, more rarely the longer nothing happens, but every `most`; not while the page is hidden, and
/// until `signal` is aborted.
///
/// Answers `{ line, now, stir }`: `line` says when the server is not reached; `now` has it run at once, even after the end; `stir` says
/// that something happened.
export function repeatedly(task, { least, most, signal }) {
  const line = element('p', { class: 'reconnecting talk-small', role: 'status' });
  let isDue = false;
  let failures = 0;
  let stirred = performance.now();
  let wake = () => {};
  document.addEventListener('visibilitychange', () => wake(), { signal });
  addEventListener('online', () => wake(), { signal });
  signal.addEventListener('abort', () => wake());
  run();

  async function run() {
    for (;;) {
      do {
        await rest();
      } while (document.hidden && !isDue && !signal.aborted);
      if (signal.aborted && !isDue) {
        return;
      }
      isDue = false;
      try {
        await task();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (error.name !== 'ApiError') {
          failed(error);
        }
      }
      line.textContent = failures > 0 ? t('reconnecting') : '';
    }
  }

  async function rest() {
    if (!isDue && !signal.aborted) {
      const timer = document.hidden ? undefined : setTimeout(() => wake(), pause());
      await new Promise((resolve) => (wake = resolve));
      clearTimeout(timer);
    }
  }

  function pause() {
    if (failures > 0) {
      return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    }
    return Math.min(Math.max((performance.now() - stirred) * PART_OF_IDLE_TIME, least), most);
  }

  const stir = () => (stirred = performance.now());
  const now = () => {
    stir();
    isDue = true;
    wake();
  };
  return { line, now, stir };
}
