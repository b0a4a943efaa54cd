//! One click of a wheel is less than half a video, from where the browser would snap back: it is made a whole step.

/// How far a wheel must have been turned to mean it, in pixels, and how long it rests before it has been, in milliseconds.
const MEANT = 40;
const REST = 80;
/// A line in pixels, where the wheel counts in lines.
const LINE = 40;

/// Calls `step(by)`, 1 or -1, when the wheel was turned over `target` but `place()` is still the same.
export function wheel(target, { place, step, signal }) {
  let turned = 0;
  let begun;
  let resting;
  target.addEventListener('wheel', ({ deltaMode, deltaY, ctrlKey }) => {
    if (ctrlKey) {
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
