// Measures what a visit costs and how steady the feed is: `scripts/browser basics`.

import { phone, startBrowser } from './browser.js';
import { observePage, recordRequests } from './measuring.js';
import { register } from './people.js';
import { startServer } from './server.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const visits = 5;
const videos = 12;
const swipes = 10;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const bytes = (requests) => sum(requests.map((request) => request.bytes));
const kilobytes = (number) => `${(number / 1000).toFixed(1)} kB`;
const milliseconds = (number) => `${Math.round(number)} ms`;

const server = await startServer();
const browser = await startBrowser();
try {
  await fill();
  const rounds = [];
  for (let visit = 0; visit < visits; visit += 1) {
    rounds.push(await visitTwice());
  }
  print(rounds);
} finally {
  await browser.close();
  await server.stop();
}

async function fill() {
  const author = await register(server, 'author');
  for (let number = 0; number < videos; number += 1) {
    await author.publish(await smallVideo(1 + (number % 3)), `Number ${number}`);
  }
}

/** A first visit with an empty cache, its feed swiped through, and a reload. */
async function visitTwice() {
  const context = await browser.newContext({ ...phone, baseURL: server.url });
  await context.addInitScript(observePage);
  const page = await context.newPage();
  const first = await load(page, () => page.goto('/'));
  const feed = await swipeThrough(page);
  const again = await load(page, () => page.reload());
  await context.close();
  return { first, feed, again };
}

async function load(page, begin) {
  const recording = await recordRequests(page);
  await begin();
  await page.waitForFunction(() => window.basics.firstPoster !== null && window.basics.firstFrame !== null);
  const times = await page.evaluate(() => ({
    ready: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    poster: window.basics.firstPoster,
    frame: window.basics.firstFrame,
    longTasks: window.basics.longTasks,
  }));
  const requests = await recording.end();
  const code = requests.filter(({ type }) => ['Document', 'Stylesheet', 'Script', 'Manifest'].includes(type));
  return { ...times, requests, code };
}

async function swipeThrough(page) {
  await page.evaluate(() => {
    window.basics.shifts.length = 0;
    window.basics.longTasks.length = 0;
  });
  for (let swipe = 0; swipe < swipes; swipe += 1) {
    const before = await playing(page);
    await page.keyboard.press('ArrowDown');
    await until('the next video plays', async () => (await playing(page)) !== before && (await playing(page)) !== null);
  }
  return page.evaluate(() => ({ ...window.basics }));
}

/** Which video plays, by its address. */
function playing(page) {
  return page.evaluate(() => [...document.querySelectorAll('video')].find(({ paused, currentTime }) => !paused && currentTime > 0)?.currentSrc ?? null);
}

function print(measured) {
  const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
  const visit = (what, pick, show) => {
    row(what, ...['first', 'again'].map((which) => show(median(measured.map((round) => pick(round[which]))))));
  };
  row('median of five visits, phone-sized window', 'first', 'reload');
  row('---', '---', '---');
  visit('requests for the page, its styles and modules', ({ code }) => code.length, String);
  visit('rounds of them, one after the other', ({ code }) => 1 + Math.max(...code.map(({ round }) => round)), String);
  visit('their bytes on the wire', ({ code }) => bytes(code), kilobytes);
  visit('all requests until a video plays', ({ requests }) => requests.length, String);
  visit('their bytes on the wire', ({ requests }) => bytes(requests), kilobytes);
  visit('page and modules ready (DOMContentLoaded)', ({ ready }) => ready, milliseconds);
  visit('first poster', ({ poster }) => poster, milliseconds);
  visit('first frame of the video', ({ frame }) => frame, milliseconds);
  visit('tasks of more than 50 ms, altogether', ({ longTasks }) => sum(longTasks), milliseconds);
  const feeds = measured.map(({ feed }) => feed);
  row(`layout shift while ${swipes} videos are swiped through, at most`, Math.max(...feeds.map(({ shifts }) => sum(shifts))).toFixed(4), '');
  row('tasks of more than 50 ms meanwhile, altogether', milliseconds(median(feeds.map(({ longTasks }) => sum(longTasks)))), '');
}
