// Uploads that can be watched.

import assert from 'node:assert/strict';

import { until } from './until.js';

/** Lets `page` send so slowly that an upload can be watched, whatever the machine. Answers a function that ends it, and at once sends
 * what had to wait. */
export async function slowUploads(page, bytesPerSecond) {
  const session = await page.context().newCDPSession(page);
  const limit = (uploadThroughput) =>
    session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await limit(bytesPerSecond);
  return () => limit(-1);
}

/** Chooses a file, by its path or by what Playwright's `setFiles` takes, as a person would: by the button. */
export async function chooseVideo(page, file) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Choose a video').click();
  await (await chooser).setFiles(file);
}

/** Waits until the video of an element can be seen. */
export async function untilSeen(video) {
  await until('it can be seen', () => video.evaluate(({ readyState }) => readyState >= HTMLMediaElement.HAVE_CURRENT_DATA));
}

export function progressBar(page) {
  return page.getByRole('progressbar', { name: 'Upload' });
}

/** Notes every value that a progress bar is given from now on, for the page may be slow to be asked. Answers what tells them. */
export async function noteProgress(page) {
  await page.evaluate(() => {
    window.progress = [];
    const note = ({ target }) => target.matches('progress') && window.progress.push(target.value);
    new MutationObserver((changes) => changes.forEach(note)).observe(document, { attributeFilter: ['value'], subtree: true });
  });
  return () => page.evaluate(() => window.progress);
}

/** The bar went up, and was somewhere on the way. */
export function assertMoved(values) {
  assert.deepEqual(values, [...values].sort((a, b) => a - b), `only upwards: ${values}`);
  assert.ok(values.some((value) => value > 0 && value < 100), `on the way at least once: ${values}`);
}

/** Drops a file of the device in the middle of what is shown there. */
export async function dropFile(page, place, file) {
  const box = await place.boundingBox();
  const devices = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await devices.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      data: { items: [], files: [file], dragOperationsMask: 1 },
    });
  }
}
