import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { commentsButton, destination, likeButton, messages, say, signIn, toast, untilAcknowledged, untilLiked, untilPlays, untilSaid } from './client.js';
import { password, register } from './people.js';
import { setStage } from './stage.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');
await author.publish(await smallVideo(), 'Here to stay');

const ended = 'Your session has ended. Please sign in again.';
const unreachable = 'The server cannot be reached. Please try again.';

stage.test('Who is signed in stays so over a reload', async (scene) => {
  const viewer = await register(scene.server, 'reloader');
  const page = await scene.open(`#/user/${viewer.id}`, { ...phone, as: viewer });
  await page.getByRole('heading', { name: 'reloader' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'reloader' }).waitFor();
  await destination(page, 'Me').waitFor();
});

stage.test('A session that was ended elsewhere is told of once, and can be begun anew', async (scene) => {
  const viewer = await register(scene.server, 'ended');
  const page = await scene.open('', { ...phone, as: viewer });
  await untilPlays(page, 'Here to stay');
  await viewer.logOutEverywhere();
  const asked = requestsOf(page);
  await likeButton(page).click();
  await toast(page, ended).waitFor();
  await destination(page, 'Sign in').click();
  await signIn(page, viewer.name, password);
  await untilPlays(page, 'Here to stay');
  await likeButton(page).click();
  await untilLiked(page);
  // The like, the anonymous feed, signing in, the feed, the like, with some for going round; a loop would have made hundreds.
  assert.ok(asked.length <= 12, asked.join('\n'));
});

stage.test('Where only those who are signed in may be, the end of a session asks for signing in and leads back', async (scene) => {
  const viewer = await register(scene.server, 'thrown-out');
  await viewer.logOutEverywhere();
  const page = await scene.open(`#/chat/${author.id}`, { ...desktop, as: viewer });
  await toast(page, ended).waitFor();
  await signIn(page, viewer.name, password);
  await page.getByRole('textbox', { name: 'Write a message' }).waitFor();
});

stage.test('A token that the server does not know asks for signing in', async (scene) => {
  const viewer = await register(scene.server, 'forgotten');
  const unknown = { session: { user: viewer.id, token: 'of.another.server' } };
  const page = await scene.open('#/friends', { ...phone, as: unknown });
  await signIn(page, viewer.name, password);
  await page.getByRole('heading', { name: 'Friends' }).waitFor();
});

stage.test('Signing out in one tab signs out in all of them', async (scene) => {
  const viewer = await register(scene.server, 'two-tabs');
  const page = await scene.open('#/account', { ...desktop, as: viewer });
  const other = await page.context().newPage();
  await other.goto('/');
  await destination(other, 'Me').waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await destination(page, 'Sign in').waitFor();
  await destination(other, 'Sign in').waitFor();
});

stage.test('While the server is away a notice says so, and once it is back everything works again', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const viewer = await register(scene.server, 'patient');
  const page = await scene.open('', { ...phone, as: viewer });
  await untilPlays(page, 'Here to stay');
  await scene.server.kill();
  await likeButton(page).click();
  await toast(page, unreachable).waitFor();
  assert.equal(await likeButton(page).getAttribute('aria-pressed'), 'false');
  await scene.server.startAgain();
  await likeButton(page).click();
  await untilLiked(page);
  await commentsButton(page).click();
  await say(page, 'Add a comment', 'Welcome back');
  await page.getByRole('dialog').getByText('Welcome back').waitFor();
});

stage.test('A conversation goes on by itself when the server is back, and loses nothing that was written meanwhile', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const viewer = await register(scene.server, 'talker');
  const page = await scene.open(`#/chat/${author.id}`, { ...desktop, as: viewer });
  await say(page, 'Write a message', 'Before');
  await messages(page).getByText('Before').waitFor();
  await untilAcknowledged(page);
  await scene.server.kill();
  await say(page, 'Write a message', 'Meanwhile');
  await page.getByText('Reconnecting…').waitFor();
  await page.getByRole('button', { name: 'Send again' }).waitFor();
  await scene.server.startAgain();
  await author.write(viewer, 'Are you still there?');
  await comeOnline(page);
  await messages(page).getByText('Are you still there?').waitFor();
  await page.getByRole('button', { name: 'Send again' }).click();
  const expected = ['Before', 'Are you still there?', 'Meanwhile'];
  await untilAcknowledged(page);
  await untilSaid(messages(page), expected);
  await page.reload();
  await untilSaid(messages(page), expected);
});

/** What a device says when it has a network again, which need not wait for the next try of the page. */
function comeOnline(page) {
  return page.evaluate(() => window.dispatchEvent(new Event('online')));
}

function requestsOf(page) {
  const urls = [];
  page.on('request', (request) => {
    if (request.url().includes('/douyin/')) {
      urls.push(request.url());
    }
  });
  return urls;
}
