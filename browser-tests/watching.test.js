import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { likeButton, surface, timeOf, untilLiked, untilPlays, watched } from './client.js';
import { appeared } from './fleeting.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { doubleTap, swipe, tap } from './touch.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

// Fewer a page than there are, so that the end is reached over several.
const stage = await setStage({ DOUYIN_FEED_LIMIT: '2' });
const titles = ['Fifth', 'Fourth', 'Third', 'Second', 'First'];
const author = await register(stage.server, 'author');
for (const title of [...titles].reverse()) {
  await author.publish(await smallVideo(titles.indexOf(title) % 2), title);
}

stage.test('The newest video plays by itself, silently', async (scene) => {
  const page = await scene.open('', phone);
  await untilPlays(page, 'Fifth');
  assert.equal(await watched(page).locator('video').evaluate(({ muted }) => muted), true);
});

const ways = {
  'A finger': { options: phone, next: (page) => swipe(surface(page), { down: -500 }), back: (page) => swipe(surface(page), { down: 500 }) },
  'The wheel': { options: desktop, next: (page) => wheel(page, 120), back: (page) => wheel(page, -120) },
  'An arrow key': { options: desktop, next: (page) => page.keyboard.press('ArrowDown'), back: (page) => page.keyboard.press('ArrowUp') },
  'A button': {
    options: desktop,
    next: (page) => page.getByRole('button', { name: 'Next video' }).click(),
    back: (page) => page.getByRole('button', { name: 'Previous video' }).click(),
  },
};

for (const [how, { options, next, back }] of Object.entries(ways)) {
  stage.test(`${how} leads to the next video and back`, async (scene) => {
    const page = await scene.open('', options);
    await untilPlays(page, 'Fifth');
    await next(page);
    await untilPlays(page, 'Fourth');
    await back(page);
    await untilPlays(page, 'Fifth');
  });
}

async function wheel(page, down) {
  await surface(page).hover();
  await page.mouse.wheel(0, down);
}

stage.test('After the oldest video comes the newest again', async (scene) => {
  const page = await scene.open();
  for (const title of [...titles, ...titles]) {
    await untilPlays(page, title);
    await page.keyboard.press('ArrowDown');
  }
});

stage.test('The next video is loaded before it is watched', async (scene) => {
  const page = await scene.open('', phone);
  await untilPlays(page, 'Fifth');
  const next = page.locator('[inert] > article', { hasText: 'Fourth' }).locator('video');
  await until('the next video has its first frame', () => next.evaluate(({ readyState }) => readyState >= HTMLMediaElement.HAVE_CURRENT_DATA));
  assert.equal(await next.evaluate(({ paused }) => paused), true);
});

stage.test('The first tap turns the sound on, the next ones pause and go on', async (scene) => {
  const page = await scene.open('', phone);
  await untilPlays(page, 'Fifth');
  const video = watched(page).locator('video');
  await tap(surface(page));
  await until('it is heard', () => video.evaluate(({ muted, paused }) => !muted && !paused));
  await tap(surface(page));
  await until('it is paused', () => video.evaluate(({ paused }) => paused));
  await tap(surface(page));
  await untilPlays(page, 'Fifth');
  await tap(page.getByRole('button', { name: 'Mute', exact: true }));
  await until('it is silent', () => video.evaluate(({ muted }) => muted));
});

stage.test('A video that was left begins from its start when somebody comes back', async (scene) => {
  const page = await scene.open();
  await untilPlays(page, 'Fifth');
  await page.keyboard.press('ArrowDown');
  await untilPlays(page, 'Fourth');
  assert.equal(await page.locator('[inert] > article', { hasText: 'Fifth' }).locator('video').evaluate(({ currentTime }) => currentTime), 0);
});

stage.test('The slider shows how far the video is, and leads elsewhere in it', async (scene) => {
  const page = await scene.open();
  await untilPlays(page, 'Fifth');
  const video = watched(page).locator('video');
  await surface(page).press('Enter');
  await until('it is paused', () => video.evaluate(({ paused }) => paused));
  const slider = watched(page).getByRole('slider', { name: 'Position' });
  await slider.fill('3');
  await until('it says so', async () => (await slider.getAttribute('aria-valuetext')) === '0:03 of 0:04');
  assert.equal(await timeOf(page), 3);
});

stage.test('A double tap likes once, however often it is repeated, and shows a heart', async (scene) => {
  const viewer = await register(scene.server, 'double-tapper');
  const page = await scene.open('', { ...phone, as: viewer });
  await untilPlays(page, 'Fifth');
  const likes = [];
  page.on('request', (request) => request.url().includes('/favorite/action/') && likes.push(request.url()));
  await doubleTap(surface(page));
  await untilLiked(page);
  const hearts = async () => (await appeared(page, 'heart')).length;
  const first = await hearts();
  assert.ok(first > 0);
  await doubleTap(surface(page));
  await until('there is another heart', async () => (await hearts()) > first);
  await until('the server knows', async () => (await viewer.ask('favorite/list')).video_list.length === 1);
  assert.equal(await likeButton(page).getAttribute('aria-pressed'), 'true');
  assert.equal(likes.length, 1, likes.join('\n'));
  assert.equal((await viewer.ask('feed')).video_list[0].favorite_count, 1);
});
