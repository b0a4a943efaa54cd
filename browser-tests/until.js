// Waiting for what is going to be, never for a time.

import { setTimeout as pause } from 'node:timers/promises';

/** Long, because everything may wait for two busy cores; nothing waits longer than it must. */
export const patience = 30_000;

/** Asks until the answer is true in the sense of JavaScript, and answers it. */
export async function until(what, ask) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${patience} ms: ${what}`);
    }
    await pause(50);
  }
}
