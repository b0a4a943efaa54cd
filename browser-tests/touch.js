// A finger on the screen: the events that a phone sends, not clicks.

/** Touches the middle of what `locator` finds once. */
export async function tap(locator) {
  const { page, x, y } = await middleOf(locator);
  await page.touchscreen.tap(x, y);
}

/** Touches it twice, so quickly that it is one gesture. */
export async function doubleTap(locator) {
  const { page, x, y } = await middleOf(locator);
  const session = await page.context().newCDPSession(page);
  const now = Date.now() / 1_000;
  // Sent together, each with the time when it was: what happens beside the test cannot come between them.
  await Promise.all(
    [[{ x, y }], [], [{ x, y }], []].map((touchPoints, index) =>
      session.send('Input.dispatchTouchEvent', {
        type: touchPoints.length > 0 ? 'touchStart' : 'touchEnd',
        touchPoints,
        timestamp: now + index * 0.02,
      }),
    ),
  );
  await session.detach();
}

/** Puts a finger down in the middle of it, moves it by so many pixels, and lifts it. */
export async function swipe(locator, { right = 0, down = 0 }) {
  const { page, x, y } = await middleOf(locator);
  const session = await page.context().newCDPSession(page);
  const send = (type, ...touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await send('touchStart', { x, y });
  const steps = 10;
  for (let step = 1; step <= steps; step += 1) {
    await send('touchMove', { x: x + (right * step) / steps, y: y + (down * step) / steps });
  }
  await send('touchEnd');
  await session.detach();
}

async function middleOf(locator) {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  return { page: locator.page(), x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
