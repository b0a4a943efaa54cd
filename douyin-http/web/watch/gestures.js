//! What hands do to a video.

/// How long a second tap may take, in milliseconds. It is also how long a single one waits.
const PATIENCE = 280;
/// How many pixels a wheel must have been turned to mean it, how many milliseconds it rests then, and how many pixels a line is.
const [MEANT, REST, LINE] = [40, 80, 40];

/// Calls `single()`, or `double({ x, y })` for the second and every further tap in a row, and `key()` where it was no tap.
export function taps(target, { single, double, key, signal }) {
  let waiting;
  let last = -Infinity;
  target.addEventListener('click', ({ detail, timeStamp, offsetX: x, offsetY: y }) => {
    if (detail === 0) {
      key();
      return;
    }
    clearTimeout(waiting);
    if (timeStamp - last < PATIENCE) {
      double({ x, y });
    } else {
      waiting = setTimeout(single, PATIENCE);
    }
    last = timeStamp;
  });
  signal.addEventListener('abort', () => clearTimeout(waiting));
}

/// Whether keys and wheel scroll what they mean: a long title that has the focus.
export function hasRoomToScroll(target) {
  const title = target.closest('.title:focus');
  return title !== null && title.scrollHeight > title.clientHeight;
}

/// Calls `step(by)`, 1 or -1, when the wheel was turned over `target` and `place()` is still the same: one click of it is less than half a
/// video, from where the browser would snap back.
export function wheel(target, { place, step, signal }) {
  let turned = 0;
  let begun;
  let resting;
  target.addEventListener('wheel', ({ target: over, deltaMode, deltaY, ctrlKey }) => {
    if (ctrlKey || hasRoomToScroll(over)) {
      return;
    }
    if (turned === 0) {
      begun = place();
    }
    turned += deltaMode === WheelEvent.DOM_DELTA_PIXEL ? deltaY : deltaY * LINE;
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (Math.abs(turned) >= MEANT && place() === begun) {
        step(Math.sign(turned));
      }
      turned = 0;
    }, REST);
  }, { passive: true, signal });
}
