// The streams that the server makes of real videos, in a player that takes nothing on trust.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { desktop } from './browser.js';
import { untilPlays, watched } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { results, sharpVideo } from './video.js';

const player = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js');
await mkdir(results, { recursive: true });

// The heights of its renditions: an upright video of 1080×1920.
const machines = {
  'with ffmpeg': { settings: {}, heights: [852, 1280, 1920] },
  'without ffmpeg': { settings: { PATH: '/nowhere' }, heights: [1920] },
};

for (const [machine, { settings, heights }] of Object.entries(machines)) {
  const stage = await setStage(settings);
  const author = await register(stage.server, 'author');
  await author.publish(await sharpVideo(), 'Streamed');
  const video = await until('it is prepared', async () => {
    const { video_list: [newest] } = await author.ask('publish/list', { hls: 1 });
    return newest.hls_url && newest;
  });

  stage.test(`On a machine ${machine} hls.js plays every rendition to its end, from ranges of one file each`, async (scene) => {
    const page = await scene.open('player/', { ...desktop, prepare: withPlayer });
    const answers = [];
    page.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('.mp4')) {
        answers.push({ pathname, status: response.status(), range: response.headers()['content-range'] });
      }
    });
    for (const [level, height] of heights.entries()) {
      answers.length = 0;
      await page.evaluate(play, { url: video.hls_url, level });
      const seen = await until(`the rendition ${height} has ended`, () => page.evaluate(() => window.seen.hasEnded && window.seen));
      assert.deepEqual(seen.errors, []);
      assert.deepEqual(seen.heights, heights);
      assert.equal(seen.height, height);
      assert.ok(Math.abs(seen.duration - 4) < 0.2, `${seen.duration} s`);
      assert.ok(seen.times.length > 1 && seen.times.at(-1) > seen.times[0], `${seen.times}`);
      assert.ok(seen.fragments.length > 0 && seen.fragments.every(({ from, to }) => to > from), JSON.stringify(seen.fragments));
      assert.ok(answers.length > seen.fragments.length, 'what a player begins with is a range, too');
      assert.equal(new Set(answers.map(({ pathname }) => pathname)).size, 1, JSON.stringify(answers));
      assert.ok(answers.every(({ status, range }) => status === 206 && /^bytes \d+-\d+\/\d+$/.test(range)), JSON.stringify(answers));
    }
    await page.screenshot({ path: `${results}hls-${machine.replace(' ', '-')}.png` });
  });

  stage.test(`On a machine ${machine} the client plays it, and who does not ask for streams is told of none`, async (scene) => {
    const page = await scene.open('', desktop);
    await untilPlays(page, 'Streamed');
    const source = await watched(page).locator('video').evaluate(({ currentSrc }) => currentSrc);
    const understands = await page.evaluate(() => document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '');
    assert.equal(source, understands ? video.hls_url : video.play_url);
    const { video_list: [plain] } = await author.ask('publish/list');
    assert.equal('hls_url' in plain, false);
    assert.match(new URL(plain.play_url).pathname, /\.mp4$/);
  });

  stage.test(`On a machine ${machine} covers come as WebP to a browser that takes it`, async (scene) => {
    const types = [];
    const prepare = (context) => context.on('response', (response) => response.url().includes('/covers/') && types.push(response.headers()['content-type']));
    const page = await scene.open('', { ...desktop, prepare });
    await untilPlays(page, 'Streamed');
    assert.ok(types.length > 0 && types.every((type) => type === 'image/webp'), `${types}`);
  });
}

const bare = await setStage(machines['without ffmpeg'].settings);

bare.test('What this very browser records has a stream on a machine without ffmpeg, and hls.js plays it to its end', async (scene) => {
  const author = await register(scene.server, 'recorder');
  const page = await scene.open('player/', { ...desktop, prepare: withPlayer });
  const file = join(results, 'recorded.mp4');
  await writeFile(file, Buffer.from(await page.evaluate(record), 'base64'));
  await author.publish(file, 'Recorded');
  const url = await until('it is prepared', async () => (await author.ask('publish/list', { hls: 1 })).video_list[0].hls_url);
  await page.evaluate(play, { url, level: 0 });
  const seen = await until('it has ended', () => page.evaluate(() => window.seen.hasEnded && window.seen));
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.heights, [240]);
  assert.ok(seen.duration > 3, `${seen.duration} s`);
});

/** To be run in a page: records four seconds of a canvas that changes, without sound, for which Chromium on Linux has no AAC. Answers the MP4
 * in base64. */
async function record() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: 'video/mp4;codecs=avc1' });
  const recorded = new Promise((resolve) => {
    recorder.ondataavailable = ({ data }) => resolve(data);
  });
  const picture = canvas.getContext('2d');
  recorder.start();
  for (let frame = 0; frame < 80; frame += 1) {
    picture.fillStyle = `hsl(${9 * frame} 80% 50%)`;
    picture.fillRect(0, 0, canvas.width, canvas.height);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  const bytes = new Uint8Array(await (await recorded).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** A page at `/player/` that has nothing but a video and hls.js. */
async function withPlayer(context) {
  const body = '<!doctype html><title>hls.js</title><link rel="icon" href="data:,"><video muted height="700"></video><script src="/player/hls.js"></script>';
  await context.route('**/player/', (route) => route.fulfill({ contentType: 'text/html', body }));
  await context.route('**/player/hls.js', (route) => route.fulfill({ path: player }));
}

/** To be run in that page: plays one rendition of a stream from its beginning, and notes as `seen` what becomes of it. */
function play({ url, level }) {
  window.hls?.destroy();
  const video = document.querySelector('video');
  const hls = new window.Hls({ autoStartLoad: false, enableWorker: false });
  const seen = { errors: [], fragments: [], times: [], hasEnded: false };
  Object.assign(window, { hls, seen });
  hls.on('hlsError', (_, { type, details, reason }) => seen.errors.push(`${type} ${details} ${reason}`));
  hls.on('hlsFragBuffered', (_, { frag }) => seen.fragments.push({ from: frag.byteRangeStartOffset, to: frag.byteRangeEndOffset }));
  hls.on('hlsManifestParsed', (_, { levels }) => {
    seen.heights = levels.map(({ height }) => height);
    hls.currentLevel = level;
    hls.startLoad();
    video.play();
  });
  video.ontimeupdate = () => seen.times.push(video.currentTime);
  video.onended = () => Object.assign(seen, { hasEnded: true, height: video.videoHeight, duration: video.duration });
  hls.attachMedia(video);
  hls.loadSource(url);
}
