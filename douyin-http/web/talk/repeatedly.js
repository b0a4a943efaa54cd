//! Asks the server again and again, as long as somebody looks.

import { failed } from '../toast.js';

/// The first pause after a failure and the longest one, in milliseconds. Each is drawn from the upper half of twice the last, so that
/// not everybody comes back at once.
const [FIRST_PAUSE, LONGEST_PAUSE] = [1_000, 30_000];

/// After this part of the time since something happened, it is asked again.
const PART_OF_IDLE_TIME = 1 / 30;

/// Runs `task`, one run at a time, every `least` milliseconds, more and more rarely the longer nothing happens, at least every `most`; not
/// while the page is hidden. After a failure it waits longer each time. `reached(isReached)` hears how each run went. It ends when
/// `signal` is aborted.
///
/// Answers `{ now, stir }`: `now` has it run at once, even once more after the end; `stir` says that something happened.
export function repeatedly(task, { least, most, reached, signal }) {
  let isDue = false;
  let failures = 0;
  let stirred = performance.now();
  let wake = () => {};
  document.addEventListener('visibilitychange', () => wake(), { signal });
  addEventListener('online', () => wake(), { signal });
  signal.addEventListener('abort', () => wake());
  run();

  async function run() {
    do {
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
      if (!signal.aborted) {
        reached(failures === 0);
      }
      do {
        await rest();
      } while (document.hidden && !isDue && !signal.aborted);
    } while (isDue || !signal.aborted);
  }

  function rest() {
    if (isDue || signal.aborted) {
      return undefined;
    }
    let timer;
    return new Promise((resolve) => {
      wake = resolve;
      timer = document.hidden ? undefined : setTimeout(resolve, pause());
    }).finally(() => clearTimeout(timer));
  }

  function pause() {
    if (failures > 0) {
      return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    }
    return Math.min(Math.max((performance.now() - stirred) * PART_OF_IDLE_TIME, least), most);
  }

  function stir() {
    stirred = performance.now();
  }

  function now() {
    stir();
    isDue = true;
    wake();
  }

  return { now, stir };
}
