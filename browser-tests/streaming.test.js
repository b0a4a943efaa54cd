import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';

import { desktop } from './browser.js';
import { timeOf, untilPlays, watched } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo, stream } from './video.js';

const stage = await setStage();

const author = await register(stage.server, 'author');
await author.publish(await smallVideo(), 'Streamed');

const page = await stage.browser.newPage();
const understandsStreams = await page.evaluate(() => document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '');
await page.close();
// Chromium does since version 142.
const skip = !understandsStreams && `Chromium ${stage.browser.version()} does not play HLS by itself`;

/** Has the feed name this stream of each video, whatever the server has made of it meanwhile. */
function naming(context, stream) {
  return context.route('**/douyin/feed/*', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    await route.fulfill({ response, json: { ...answer, video_list: answer.video_list.map((video) => ({ ...video, hls_url: stream })) } });
  });
}

/** Has each video have a stream, which is at `/stream/`. */
async function withStream(context) {
  const folder = dirname(await stream());
  await naming(context, `${stage.server.url}/stream/index.m3u8`);
  await context.route('**/stream/*', (route) => route.fulfill({ path: join(folder, basename(route.request().url())) }));
}

async function withoutStreams(context) {
  await context.addInitScript(() => {
    const { canPlayType } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.canPlayType = function (type) {
      return type.includes('mpegurl') ? '' : canPlayType.call(this, type);
    };
  });
}

async function sourceOf(page) {
  await untilPlays(page, 'Streamed');
  return watched(page).locator('video').evaluate(({ currentSrc }) => new URL(currentSrc).pathname);
}

stage.test('A browser that understands streams plays the stream of a video that has one', async (scene) => {
  const page = await scene.open('', { ...desktop, prepare: withStream });
  assert.equal(await sourceOf(page), '/stream/index.m3u8');
}, { skip });

stage.test('A browser that does not plays its file', async (scene) => {
  const prepare = async (context) => {
    await withStream(context);
    await withoutStreams(context);
  };
  const page = await scene.open('', { ...desktop, prepare });
  assert.match(await sourceOf(page), /\.mp4$/);
});

stage.test('A video without a stream plays as a file in every browser', async (scene) => {
  const page = await scene.open('', { ...desktop, prepare: (context) => naming(context, undefined) });
  assert.match(await sourceOf(page), /\.mp4$/);
});

stage.test('A stream that is not there gives way to the file', async (scene) => {
  scene.watch.expect(/404/);
  const prepare = async (context) => {
    await withStream(context);
    await context.route('**/stream/*', (route) => route.fulfill({ status: 404 }));
  };
  const page = await scene.open('', { ...desktop, prepare });
  assert.match(await sourceOf(page), /\.mp4$/);
});

stage.test('A stream that breaks off goes on as the file, from where it was', async (scene) => {
  scene.watch.expect(/404/);
  const prepare = async (context) => {
    await withStream(context);
    // It is asked for ahead, and does not come until what is before it has been seen for a while.
    await context.route('**/stream/index2.ts', async (route, request) => {
      await until('what there is plays', async () => (await timeOf(request.frame().page())) > 1);
      await route.fulfill({ status: 404 });
    });
    await context.addInitScript(noteSources);
  };
  const page = await scene.open('', { ...desktop, prepare });
  await until('the file plays', () => page.evaluate(() => window.sources.at(-1)?.source.endsWith('.mp4') && window.sources.at(-1).at > 0));
  const sources = await page.evaluate(() => window.sources);
  assert.match(sources[0].source, /index\.m3u8$/);
  assert.ok(sources.at(-1).at > 1, JSON.stringify(sources));
}, { skip });

/** To be run in a page before its scripts: notes as `sources` what is played, and where each begins. */
function noteSources() {
  window.sources = [];
  document.addEventListener('playing', ({ target }) => {
    if (target.currentSrc !== window.sources.at(-1)?.source) {
      window.sources.push({ source: target.currentSrc, at: target.currentTime });
    }
  }, true);
}
