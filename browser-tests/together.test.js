import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { comments, commentsButton, destination, likeButton, messages, say, signUp, surface, untilAcknowledged, untilLiked, untilPlays, untilSaid, watched } from './client.js';
import { password } from './people.js';
import { setStage } from './stage.js';
import { doubleTap } from './touch.js';
import { until } from './until.js';
import { assertMoved, chooseVideo, noteProgress, slowUploads } from './uploading.js';
import { bigVideo } from './video.js';

const stage = await setStage();

stage.test('Two people meet: one publishes, the other watches, likes and comments, they follow each other and talk, and after a reload it is all there', async (scene) => {
  const alice = await scene.open('#/login', desktop);
  const bob = await scene.open('#/login', phone);
  await signUp(alice, 'alice', password);
  await signUp(bob, 'bob', password);

  await publish(alice);
  await bob.reload();
  await untilPlays(bob, 'Colours that move');
  await doubleTap(surface(bob));
  await untilLiked(bob);
  await commentsButton(bob).click();
  await say(bob, 'Add a comment', 'How beautiful!');
  await comments(bob).getByText('How beautiful!').waitFor();
  await bob.getByRole('button', { name: 'Close' }).click();
  await bob.getByRole('button', { name: 'Follow alice', exact: true }).click();
  await bob.getByRole('button', { name: 'Following alice' }).waitFor();

  await followBack(alice);
  await talk(alice, bob);

  await Promise.all([alice.goto('/'), bob.goto('/')]);
  await Promise.all([alice.reload(), bob.reload()]);
  for (const [page, pressed] of [[alice, 'false'], [bob, 'true']]) {
    await untilPlays(page, 'Colours that move');
    await watched(page).getByRole('button', { name: 'Like, 1' }).waitFor();
    assert.equal(await likeButton(page).getAttribute('aria-pressed'), pressed);
    await watched(page).getByRole('button', { name: 'Comments, 1' }).click();
    await untilSaid(comments(page), ['How beautiful!']);
    await page.getByRole('button', { name: 'Close' }).click();
    await destination(page, 'Friends').click();
    await page.getByRole('list', { name: 'Friends' }).getByRole('link').click();
    await messages(page).getByText('What is next?').waitFor();
    assert.deepEqual(await messages(page).locator('p').allInnerTexts(), conversation);
  }
});

const conversation = ['I like your video', 'Thank you!', 'What is next?'];

async function publish(page) {
  await destination(page, 'Publish').click();
  const endLimit = await slowUploads(page, 500_000);
  await chooseVideo(page, await bigVideo());
  await page.getByLabel('Title').fill('Colours that move');
  const progress = await noteProgress(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await until('some of it is sent', async () => (await progress()).some((value) => value > 0));
  await endLimit();
  await untilPlays(page, 'Colours that move');
  assertMoved(await progress());
}

async function followBack(page) {
  await destination(page, 'Me').click();
  await page.getByRole('link', { name: '1 Follower' }).click();
  await page.getByRole('list', { name: 'Followers' }).getByRole('button', { name: 'Follow bob', exact: true }).click();
  await page.getByRole('button', { name: 'Following bob' }).waitFor();
}

/** Both have the conversation open, and each sees what the other says without a reload. */
async function talk(alice, bob) {
  for (const page of [alice, bob]) {
    await destination(page, 'Friends').click();
    await page.getByRole('list', { name: 'Friends' }).getByRole('link').click();
  }
  const [question, answer, another] = conversation;
  await say(bob, 'Write a message', question);
  await messages(alice).getByText(question).waitFor();
  await say(alice, 'Write a message', answer);
  await messages(bob).getByText(answer).waitFor();
  await say(bob, 'Write a message', another);
  await messages(alice).getByText(another).waitFor();
  for (const page of [alice, bob]) {
    await untilAcknowledged(page);
    assert.deepEqual(await messages(page).locator('p').allInnerTexts(), conversation);
  }
}
