//! Tells a tap from a double tap.

/// How long a second tap may take, in milliseconds. It is also how long a single one waits.
const PATIENCE = 280;

/// Calls `single()`, or `double({ x, y })` for the second and every further tap in a row, and `key()` where it was no tap.
export function taps(target, { single, double, key, signal }) {
  let waiting;
  let last = -Infinity;
  target.addEventListener('click', (event) => {
    if (event.detail === 0) {
      key();
      return;
    }
    clearTimeout(waiting);
    const isFurther = event.timeStamp - last < PATIENCE;
    last = event.timeStamp;
    if (isFurther) {
      double({ x: event.offsetX, y: event.offsetY });
    } else {
      waiting = setTimeout(single, PATIENCE);
    }
  });
  signal.addEventListener('abort', () => clearTimeout(waiting));
}
