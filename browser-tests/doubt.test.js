// What the server did although its answer was lost.

import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { comments, commentsButton, say, toast, untilPlays } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { chooseVideo } from './uploading.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');
const unreachable = 'The server cannot be reached. Please try again.';

stage.test('A comment whose answer was lost is found, and not offered again', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { page, written } = await talkedAbout(scene, 'Found');
  await page.route('**/comment/action/*', lost, { times: 1 });
  await say(page, 'Add a comment', 'Said once');
  await page.getByRole('heading', { name: '2 comments' }).waitFor();
  assert.deepEqual(await comments(page).locator('p').allInnerTexts(), ['Said once', 'Said once']);
  assert.equal(await page.getByRole('textbox', { name: 'Add a comment' }).inputValue(), '');
  assert.deepEqual(await written(), ['Said once', 'Said once']);
});

stage.test('A comment that could not be looked for either is looked for before it is sent again', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { page, written } = await talkedAbout(scene, 'Looked for');
  await page.route('**/comment/action/*', lost, { times: 1 });
  await page.route('**/comment/list/*', (route) => route.abort(), { times: 1 });
  await say(page, 'Add a comment', 'Said once');
  await toast(page, unreachable).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Add a comment' }).inputValue(), 'Said once');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: '2 comments' }).waitFor();
  assert.deepEqual(await written(), ['Said once', 'Said once']);
});

stage.test('A video whose answer was lost is found, and not published again', async (scene) => {
  const page = await scene.open('#/publish', {
    ...desktop,
    as: author,
    prepare: (context) => context.addInitScript(loseAnswers),
  });
  const { video_list: before } = await author.ask('publish/list', { user_id: author.id });
  await chooseVideo(page, await smallVideo());
  await page.getByLabel('Title').fill('Published once');
  await page.getByRole('button', { name: 'Publish' }).click();
  await untilPlays(page, 'Published once');
  const { video_list: works } = await author.ask('publish/list', { user_id: author.id });
  assert.equal(works.length, before.length + 1);
});

stage.test('What could not be sent is in the field still when the form was closed and opened again meanwhile', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const { page, written } = await talkedAbout(scene, 'Closed');
  const held = holding();
  await page.route('**/comment/action/*', held.hold, { times: 1 });
  await say(page, 'Add a comment', 'Written first');
  const route = await held.route;
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await commentsButton(page).click();
  const field = page.getByRole('textbox', { name: 'Add a comment' });
  assert.equal(await field.isEditable(), false);
  assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true);
  await route.abort();
  await toast(page, unreachable).waitFor();
  await field.press('End');
  await field.pressSequentially(', sent later');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: '2 comments' }).waitFor();
  assert.deepEqual(await written(), ['Written first, sent later', 'Said once']);
});

/** Somebody before the comments of a video, who said the same about it already; and what the server knows to be said. */
async function talkedAbout(scene, title) {
  const viewer = await register(scene.server, title);
  const video = await author.publish(await smallVideo(), title);
  await viewer.comment(video, 'Said once');
  const page = await scene.open('', { ...phone, as: viewer });
  await untilPlays(page, title);
  await commentsButton(page).click();
  await comments(page).first().waitFor();
  const written = async () => (await viewer.ask('comment/list', { video_id: video })).comment_list.map(({ content }) => content);
  return { page, written };
}

/** The server does what it is asked for, and nobody hears of it. */
async function lost(route) {
  await route.fetch();
  await route.abort();
}

/** What keeps a request from the server, and promises it. */
function holding() {
  let hold;
  const route = new Promise((resolve) => (hold = resolve));
  return { hold, route };
}

/** To be run in a page before its scripts: what is uploaded arrives, and the answer does not. */
function loseAnswers() {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    this.onload = this.onerror;
    send.call(this, body);
  };
}
