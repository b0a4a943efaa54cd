// Uploads that can be watched.

import assert from 'node:assert/strict';

import { until } from './until.js';

/** Lets `page` send so slowly that an upload can be watched, whatever the machine. Answers a function that ends it. */
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

/** The values that the progress bar has from when it is seen until it is gone. */
export async function progress(page) {
  return progressBar(page).evaluate(
    (bar) =>
      new Promise((resolve) => {
        const values = [];
        const look = () => {
          if (!bar.isConnected || !bar.checkVisibility()) {
            resolve(values);
            return;
          }
          if (values.at(-1) !== bar.value) {
            values.push(bar.value);
          }
          requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** The bar went up, and was somewhere on the way. */
export function assertMoved(values) {
  assert.deepEqual(values, [...values].sort((a, b) => a - b), `only upwards: ${values}`);
  assert.ok(values.some((value) => value > 0 && value < 100), `on the way at least once: ${values}`);
}
