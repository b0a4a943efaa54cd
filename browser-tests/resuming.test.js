// Uploads of large videos, which go on where they broke off.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { desktop, phone } from './browser.js';
import { toast, untilPlays } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { chooseVideo, noteProgress, assertMoved, progressBar, untilSeen } from './uploading.js';
import { bigVideo } from './video.js';

const stage = await setStage();

const size = 10 * 2 ** 20;
const uploads = '**/douyin/upload/**';

/** A video of {@link size} bytes, of which the last are empty. */
async function largeVideo() {
  const video = await readFile(await bigVideo());
  const room = Buffer.alloc(size - video.length);
  room.writeUInt32BE(room.length);
  room.write('free', 4);
  return { name: 'large.mp4', mimeType: 'video/mp4', buffer: Buffer.concat([video, room]) };
}

const video = await largeVideo();

/** Somebody about to publish a large video under this title. */
async function aboutToPublish(scene, name, options, file = video) {
  const author = await register(scene.server, name);
  const page = await scene.open('#/publish', { ...options, as: author });
  await chooseVideo(page, file);
  await untilSeen(page.getByLabel('Preview'));
  await page.getByLabel('Title').fill(name);
  return { author, page };
}

const publish = (page) => page.getByRole('button', { name: 'Publish' }).click();

/** Notes the requests of uploads. `meet(number, method, handle)` decides what becomes of the request of that number of a method, the
 * first of which is 1; all others reach the server. */
async function watchUploads(page) {
  const seen = [];
  const meetings = new Map();
  await page.route(uploads, async (route, request) => {
    const method = request.method();
    seen.push({ method, offset: Number(request.headers()['upload-offset']) });
    const number = seen.filter((each) => each.method === method).length;
    await (meetings.get(`${method} ${number}`) ?? ((met) => met.continue()))(route);
  });
  return {
    meet: (number, method, handle) => meetings.set(`${method} ${number}`, handle),
    count: (method) => seen.filter((each) => each.method === method).length,
    offsets: () => seen.filter(({ method }) => method === 'PATCH').map(({ offset }) => offset),
  };
}

/** Has `answer(route, number)` meet the requests that publish, the first of which is 1. Answers what tells how many there were. */
async function watchPublishing(page, answer) {
  let asked = 0;
  await page.route('**/publish/action/*', (route) => answer(route, (asked += 1)));
  return () => asked;
}

async function untilPublishedOnce(page, author, title) {
  await untilPlays(page, title);
  assert.deepEqual((await author.ask('publish/list')).video_list.map((each) => each.title), [title]);
}

/** They only go up, again from where one broke off. */
function assertGoesOn(offsets) {
  assert.deepEqual(offsets, [...offsets].sort((a, b) => a - b), `${offsets}`);
  assert.equal(offsets.filter((offset) => offset === 0).length, 1, `${offsets}`);
}

stage.test('A large video is sent in pieces, with a bar that only goes up, and published', async (scene) => {
  const { author, page } = await aboutToPublish(scene, 'In pieces', phone);
  const watch = await watchUploads(page);
  const progress = await noteProgress(page);
  await publish(page);
  await untilPublishedOnce(page, author, 'In pieces');
  assert.equal(watch.count('POST'), 1);
  assert.ok(watch.count('PATCH') > 1);
  assertGoesOn(watch.offsets());
  assertMoved(await progress());
});

stage.test('An upload goes on by itself when the network is back, with what had not arrived', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { author, page } = await aboutToPublish(scene, 'Tunnel', phone);
  const watch = await watchUploads(page);
  watch.meet(4, 'PATCH', async (route) => {
    await page.context().setOffline(true);
    await route.abort('internetdisconnected');
  });
  await publish(page);
  await page.getByText(/^[1-9]\d?% sent\. Waiting for the network/).waitFor();
  await page.context().setOffline(false);
  await untilPublishedOnce(page, author, 'Tunnel');
  assert.equal(watch.count('POST'), 1);
  assertGoesOn(watch.offsets());
});

stage.test('An upload whose every other answer is lost sends nothing twice that has arrived', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { author, page } = await aboutToPublish(scene, 'Silence', desktop);
  await page.evaluate(loseEveryOtherAnswer);
  const watch = await watchUploads(page);
  await publish(page);
  await untilPublishedOnce(page, author, 'Silence');
  assertGoesOn(watch.offsets());
  assert.equal(new Set(watch.offsets()).size, watch.offsets().length, `${watch.offsets()}`);
});

/** To be run in a page: what is sent of an upload arrives, and every other answer does not. */
function loseEveryOtherAnswer() {
  const { fetch } = window;
  let sent = 0;
  window.fetch = async (url, options) => {
    const answer = await fetch(url, options);
    if (options.method === 'PATCH' && (sent += 1) % 2 === 0) {
      throw new TypeError('The answer is lost.');
    }
    return answer;
  };
}

stage.test('An upload goes on after the server was killed and started again', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { author, page } = await aboutToPublish(scene, 'Restart', desktop);
  const watch = await watchUploads(page);
  watch.meet(5, 'PATCH', async (route) => {
    await scene.server.kill();
    await route.abort();
  });
  await publish(page);
  await page.getByText(/Waiting for the network/).waitFor();
  await scene.server.startAgain();
  await untilPublishedOnce(page, author, 'Restart');
  assert.equal(watch.count('POST'), 1);
  assertGoesOn(watch.offsets());
});

stage.test('An upload that was cancelled goes on where it was when it is published after all', async (scene) => {
  const { author, page } = await aboutToPublish(scene, 'After all', phone);
  const watch = await watchUploads(page);
  watch.meet(4, 'PATCH', async (route) => {
    await page.getByRole('button', { name: 'Cancel' }).click();
    await route.abort().catch(() => {});
  });
  await publish(page);
  await page.getByRole('button', { name: 'Publish' }).waitFor();
  await progressBar(page).waitFor({ state: 'hidden' });
  assert.deepEqual((await author.ask('publish/list')).video_list, []);
  await publish(page);
  await untilPublishedOnce(page, author, 'After all');
  assert.equal(watch.count('POST'), 1);
  assertGoesOn(watch.offsets());
});

stage.test('An upload that the server has forgotten begins anew by itself', async (scene) => {
  scene.watch.expect(/404/);
  const { author, page } = await aboutToPublish(scene, 'Forgotten', desktop);
  const watch = await watchUploads(page);
  watch.meet(4, 'PATCH', async (route, request = route.request()) => {
    const { authorization } = await request.allHeaders();
    const answer = await fetch(request.url(), { method: 'DELETE', headers: { authorization, 'tus-resumable': '1.0.0' } });
    assert.equal(answer.status, 204);
    await route.continue();
  });
  await publish(page);
  await untilPublishedOnce(page, author, 'Forgotten');
  assert.equal(watch.count('POST'), 2);
});

stage.test('A large video whose answer to publishing was lost is published once', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { author, page } = await aboutToPublish(scene, 'Once', desktop);
  const asked = await watchPublishing(page, async (route, number) => {
    if (number === 1) {
      await route.fetch();
      await route.abort();
    } else {
      await route.continue();
    }
  });
  await publish(page);
  await untilPublishedOnce(page, author, 'Once');
  assert.equal(asked(), 2);
});

stage.test('The server may take minutes to look at a large video and to store it', async (scene) => {
  const { author, page } = await aboutToPublish(scene, 'Patience', desktop);
  await page.clock.install();
  const asked = await watchPublishing(page, async (route) => {
    await page.clock.fastForward('05:00');
    await route.continue();
  });
  await publish(page);
  await untilPublishedOnce(page, author, 'Patience');
  assert.equal(asked(), 1);
});

stage.test('A server that is busy is asked until it has published a large video', async (scene) => {
  scene.watch.expect(/503/);
  const { author, page } = await aboutToPublish(scene, 'Busy', phone);
  const asked = await watchPublishing(page, async (route, number) => {
    await page.getByText('All sent.').waitFor();
    await (number < 3 ? route.fulfill({ status: 503, json: { status_code: 8001, status_msg: 'Busy' } }) : route.continue());
  });
  await publish(page);
  await untilPublishedOnce(page, author, 'Busy');
  assert.equal(asked(), 3);
});

const refusals = {
  'in its own words': { status: 415, body: '{"status_code":1015,"status_msg":"Please send bytes."}', said: 'Please send bytes.' },
  'by what is in front of it': { status: 413, body: '<h1>Too large</h1>', said: 'The server cannot be reached. Please try again.' },
};

for (const [way, { status, body, said }] of Object.entries(refusals)) {
  stage.test(`A piece that the server refuses ${way} is not sent again by itself, but when it is published again`, async (scene) => {
    scene.watch.expect(new RegExp(`${status}`));
    const { author, page } = await aboutToPublish(scene, `Refused-${status}`, desktop);
    const watch = await watchUploads(page);
    watch.meet(3, 'PATCH', (route) => route.fulfill({ status, body }));
    await publish(page);
    await toast(page, said).waitFor();
    await page.getByRole('button', { name: 'Publish' }).waitFor();
    assert.equal(watch.count('PATCH'), 3);
    await publish(page);
    await untilPublishedOnce(page, author, `Refused-${status}`);
    assert.equal(watch.count('POST'), 1);
    assertGoesOn(watch.offsets());
  });
}

stage.test('An upload that the server says nothing about any more begins anew', async (scene) => {
  scene.watch.expect(/403|net::ERR_/);
  const { author, page } = await aboutToPublish(scene, 'Anew', phone);
  const watch = await watchUploads(page);
  watch.meet(3, 'PATCH', (route) => route.abort());
  watch.meet(1, 'HEAD', (route) => route.fulfill({ status: 403 }));
  await publish(page);
  await untilPublishedOnce(page, author, 'Anew');
  assert.equal(watch.count('HEAD'), 1);
  assert.equal(watch.count('POST'), 2);
});

const losses = { gone: rm, another: (path) => writeFile(path, 'Something else.') };

for (const [what, lose] of Object.entries(losses)) {
  stage.test(`Of a file that is ${what} before all of it was sent, that is said, and nothing is published`, async (scene) => {
    // What the preview has not read yet.
    scene.watch.expect(/Failed to load resource: net::ERR_.*blob:/);
    const folder = await mkdtemp(join(tmpdir(), 'douyin-browser-'));
    try {
      const path = join(folder, video.name);
      await writeFile(path, video.buffer);
      const { author, page } = await aboutToPublish(scene, `Lost-${what}`, desktop, path);
      const watch = await watchUploads(page);
      watch.meet(3, 'PATCH', async (route) => {
        await lose(path);
        await route.continue();
      });
      await publish(page);
      await toast(page, 'The file has changed or is gone. Please choose it again.').waitFor();
      await page.getByRole('button', { name: 'Publish' }).waitFor();
      assert.equal(watch.count('PATCH'), 3);
      assert.deepEqual((await author.ask('publish/list')).video_list, []);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

stage.test('A large file that is no video is refused with what the server says of it', async (scene) => {
  const author = await register(scene.server, 'pretender');
  const page = await scene.open('#/publish', { ...phone, as: author });
  await chooseVideo(page, { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(size, 'This is a text.\n') });
  await page.getByText('This browser cannot show it.').waitFor();
  await publish(page);
  await toast(page, 'This file is not a video that can be played.').waitFor();
  await until('it can be tried again', () => page.getByRole('button', { name: 'Publish' }).isEnabled());
  assert.deepEqual((await author.ask('publish/list')).video_list, []);
});
