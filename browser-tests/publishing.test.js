import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { destination, toast, untilPlays } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { chooseVideo, dropFile, progressBar, slowUploads, untilSeen } from './uploading.js';
import { bigVideo, smallVideo } from './video.js';

// Little more than the big video has.
const stage = await setStage({ DOUYIN_MAX_UPLOAD_MB: '12' });

stage.test('A video that is chosen is seen, given a title, uploaded and plays at the top of the feed', async (scene) => {
  const author = await register(scene.server, 'publisher');
  const page = await scene.open('#/publish', { ...phone, as: author });
  await chooseVideo(page, await smallVideo());
  await untilSeen(page.getByLabel('Preview'));
  await page.getByLabel('Title').fill('My first');
  await page.getByRole('button', { name: 'Publish' }).click();
  await untilPlays(page, 'My first');
});

stage.test('A file that is dropped where it says so is chosen, and one that misses the place takes nobody away', async (scene) => {
  const page = await scene.open('#/publish', { ...desktop, as: await register(scene.server, 'dropper') });
  const file = await smallVideo();
  const address = page.url();
  await dropFile(page, page.getByRole('heading', { name: 'Publish a video' }), file);
  assert.equal(await page.getByLabel('Preview').count(), 0);
  await dropFile(page, page.getByText('Drag a video here, or'), file);
  await untilSeen(page.getByLabel('Preview'));
  assert.equal(page.url(), address);
});

stage.test('An upload that is cancelled publishes nothing, and can be begun again', async (scene) => {
  const author = await register(scene.server, 'hesitant');
  const page = await scene.open('#/publish', { ...desktop, as: author });
  await chooseVideo(page, await bigVideo());
  await page.getByLabel('Title').fill('After all');
  const endLimit = await slowUploads(page, 150_000);
  await page.getByRole('button', { name: 'Publish' }).click();
  await until('some of it is sent', () => progressBar(page).evaluate(({ value }) => value > 0));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await progressBar(page).waitFor({ state: 'hidden' });
  assert.deepEqual((await author.ask('publish/list')).video_list, []);
  await endLimit();
  await page.getByRole('button', { name: 'Publish' }).click();
  await untilPlays(page, 'After all');
  assert.equal((await author.ask('publish/list')).video_list.length, 1);
});

stage.test('One may look around while a video is uploaded', async (scene) => {
  const author = await register(scene.server, 'curious');
  const page = await scene.open('#/publish', { ...phone, as: author });
  await chooseVideo(page, await bigVideo());
  await page.getByLabel('Title').fill('Meanwhile');
  const endLimit = await slowUploads(page, 150_000);
  await page.getByRole('button', { name: 'Publish' }).click();
  await until('some of it is sent', () => progressBar(page).evaluate(({ value }) => value > 0));
  await destination(page, 'Me').click();
  await page.getByRole('heading', { name: 'curious' }).waitFor();
  await destination(page, 'Publish').click();
  await progressBar(page).waitFor();
  await endLimit();
  await untilPlays(page, 'Meanwhile');
});

stage.test('A file that is no video is refused with what the server says of it', async (scene) => {
  const author = await register(scene.server, 'pretender');
  const page = await scene.open('#/publish', { ...phone, as: author });
  await chooseVideo(page, { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from('This is a text.\n'.repeat(1_000)) });
  await page.getByText('This browser cannot show it.').waitFor();
  await page.getByRole('button', { name: 'Publish' }).click();
  await toast(page, 'This file is not a video that can be played.').waitFor();
  assert.deepEqual((await author.ask('publish/list')).video_list, []);
});

stage.test('A file that is too large is refused with what the server says of it', async (scene) => {
  scene.watch.expect(/413/);
  const author = await register(scene.server, 'generous');
  const page = await scene.open('#/publish', { ...desktop, as: author });
  await chooseVideo(page, { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(13 * 1024 * 1024) });
  await page.getByRole('button', { name: 'Publish' }).click();
  await toast(page, 'The video is too large: at most 12 MB.').waitFor();
  assert.deepEqual((await author.ask('publish/list')).video_list, []);
});

stage.test('A video is recorded by the camera of the device and published', async (scene) => {
  const author = await register(scene.server, 'director');
  const page = await scene.open('#/publish', { ...phone, as: author, permissions: ['camera', 'microphone'] });
  await page.getByRole('button', { name: 'Record a video' }).click();
  await page.getByRole('button', { name: 'Start recording' }).click();
  // On a slow machine the first pictures take a while.
  await page.getByRole('timer').getByText(/0:(0[3-9]|[1-5])/).waitFor();
  await page.getByRole('button', { name: 'Stop recording' }).click();
  await page.getByLabel('Title').fill('As it happened');
  await page.getByRole('button', { name: 'Publish' }).click();
  await untilPlays(page, 'As it happened');
});

stage.test('Where a camera is there and nothing can be recorded, it is switched off and a file can be chosen', async (scene) => {
  scene.watch.expect(/NotSupportedError/);
  const author = await register(scene.server, 'unlucky');
  const page = await scene.open('#/publish', { ...phone, as: author, permissions: ['camera', 'microphone'] });
  await page.evaluate(breakRecorders);
  await page.getByRole('button', { name: 'Record a video' }).click();
  await page.getByRole('button', { name: 'Start recording' }).click();
  await toast(page, 'Something went wrong on this page.').waitFor();
  await page.getByRole('button', { name: 'Record a video' }).waitFor();
  await page.getByText('Choose a video').waitFor();
  assert.deepEqual(await page.evaluate(() => tracks.map(({ readyState }) => readyState)), ['ended', 'ended']);
});

/** To be run in a page: no recorder starts; `tracks` are those of the camera. */
function breakRecorders() {
  window.tracks = [];
  MediaRecorder.prototype.start = () => {
    throw new DOMException('It cannot be recorded.', 'NotSupportedError');
  };
  const devices = navigator.mediaDevices;
  const { getUserMedia } = devices;
  devices.getUserMedia = async (wanted) => {
    const stream = await getUserMedia.call(devices, wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
}
