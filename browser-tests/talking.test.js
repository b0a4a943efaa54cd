import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { comments, commentsButton, destination, messages, say, untilAcknowledged, untilPlays, untilSaid } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');

stage.test('In a chat what the other writes appears by itself, and nothing appears twice', async (scene) => {
  const [ada, ben] = await friends(scene, 'ada', 'ben');
  const here = await scene.open(`#/chat/${ben.id}`, { ...phone, as: ada });
  const there = await scene.open(`#/chat/${ada.id}`, { ...desktop, as: ben });
  for (const round of [1, 2, 3]) {
    await say(here, 'Write a message', `Question ${round}`);
    await messages(there).getByText(`Question ${round}`).waitFor();
    await say(there, 'Write a message', `Answer ${round}`);
    await messages(here).getByText(`Answer ${round}`).waitFor();
  }
  const expected = ['Question 1', 'Answer 1', 'Question 2', 'Answer 2', 'Question 3', 'Answer 3'];
  assert.deepEqual(await messages(here).locator('p').allInnerTexts(), expected);
  assert.deepEqual(await messages(there).locator('p').allInnerTexts(), expected);
  await here.reload();
  await messages(here).getByText('Answer 3').waitFor();
  assert.deepEqual(await messages(here).locator('p').allInnerTexts(), expected);
});

stage.test('Many messages sent at once are shown once each, in their order', async (scene) => {
  const [cid, dot] = await friends(scene, 'cid', 'dot');
  const page = await scene.open(`#/chat/${dot.id}`, { ...desktop, as: cid });
  const texts = Array.from({ length: 10 }, (_, number) => `Number ${number}`);
  for (const text of texts) {
    await say(page, 'Write a message', text);
    await dot.write(cid, `Heard ${text}`);
  }
  await untilAcknowledged(page);
  // What is heard by now has been brought together with what was sent.
  await dot.write(cid, 'The end');
  await messages(page).getByText('The end').waitFor();
  const shown = await messages(page).locator('p').allInnerTexts();
  // Which of the two came first is chance; each said theirs in this order.
  assert.deepEqual(shown.filter((text) => !text.startsWith('Heard')), [...texts, 'The end']);
  assert.deepEqual(shown.filter((text) => text.startsWith('Heard')), texts.map((text) => `Heard ${text}`));
});

stage.test('Friends are listed with their newest message, which comes by itself', async (scene) => {
  const [eve, fay] = await friends(scene, 'eve', 'fay');
  const page = await scene.open('#/friends', { ...phone, as: eve });
  const entry = page.getByRole('listitem').filter({ hasText: 'fay' });
  await entry.getByText('Say hello').waitFor();
  await fay.write(eve, 'Here I am');
  await entry.getByText('Here I am').waitFor();
  await entry.getByRole('link').click();
  await messages(page).getByText('Here I am').waitFor();
  await say(page, 'Write a message', 'So am I');
  await messages(page).getByText('So am I').waitFor();
  await page.getByRole('link', { name: 'Friends' }).first().click();
  await entry.getByText('You: So am I').waitFor();
});

stage.test('Comments are added on top and counted, and deleted by who wrote them', async (scene) => {
  const video = await author.publish(await smallVideo(), 'To be talked about');
  const viewer = await register(scene.server, 'commenter');
  await author.comment(video, 'Not yours');
  const page = await scene.open('', { ...phone, as: viewer });
  await untilPlays(page, 'To be talked about');
  await commentsButton(page).click();
  await page.getByRole('heading', { name: '1 comment' }).waitFor();
  await say(page, 'Add a comment', 'Mine');
  await page.getByRole('heading', { name: '2 comments' }).waitFor();
  await untilSaid(comments(page), ['Mine', 'Not yours']);
  assert.equal(await page.getByRole('button', { name: 'Delete the comment of author' }).count(), 0);
  await page.getByRole('button', { name: 'Delete the comment of commenter' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: '1 comment' }).waitFor();
  await untilSaid(comments(page), ['Not yours']);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Comments, 1' }).waitFor();
});

stage.test('A long list of comments goes on when its end comes into sight', async (scene) => {
  const video = await author.publish(await smallVideo(), 'Much talked about');
  const texts = Array.from({ length: 65 }, (_, number) => `Comment ${number + 1}.`);
  for (const text of texts) {
    await author.comment(video, text);
  }
  const page = await scene.open('', phone);
  await untilPlays(page, 'Much talked about');
  await commentsButton(page).click();
  await comments(page).first().waitFor();
  assert.ok((await comments(page).count()) < texts.length);
  await until('the oldest is there', async () => {
    await comments(page).last().scrollIntoViewIfNeeded();
    return (await comments(page).count()) === texts.length;
  });
  await untilSaid(comments(page), texts.reverse());
});

stage.test('Who is not signed in is asked to before commenting, and comes back', async (scene) => {
  await author.publish(await smallVideo(), 'Open to all');
  const page = await scene.open('', phone);
  await untilPlays(page, 'Open to all');
  await commentsButton(page).click();
  await page.getByRole('link', { name: 'Sign in to comment' }).click();
  await page.getByLabel('User name').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  await destination(page, 'Home').click();
  await untilPlays(page, 'Open to all');
});

async function friends(scene, ...names) {
  const [one, other] = await Promise.all(names.map((name) => register(scene.server, name)));
  await one.follow(other);
  await other.follow(one);
  return [one, other];
}
