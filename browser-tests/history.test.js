import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { comments, commentsButton, messages, say, untilPlays } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');

stage.test('Who published a video deletes what somebody else says about it', async (scene) => {
  const video = await author.publish(await smallVideo(), 'To be talked about');
  const guest = await register(scene.server, 'guest');
  await guest.comment(video, 'To be deleted');
  await guest.comment(video, 'To be kept');
  const page = await scene.open('', { ...phone, as: author });
  await untilPlays(page, 'To be talked about');
  await commentsButton(page).click();
  await page.getByRole('heading', { name: '2 comments' }).waitFor();
  const row = comments(page).filter({ hasText: 'To be deleted' });
  await row.getByRole('button', { name: 'Delete the comment of guest' }).click();
  await page.getByRole('button', { name: 'Keep' }).click();
  assert.equal(await comments(page).count(), 2);
  await row.getByRole('button', { name: 'Delete the comment of guest' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: '1 comment' }).waitFor();
  assert.deepEqual(await comments(page).locator('p').allInnerTexts(), ['To be kept']);
  const { comment_list: left } = await guest.ask('comment/list', { video_id: video });
  assert.deepEqual(left.map(({ content }) => content), ['To be kept']);
});

stage.test('Whoever scrolls up in a chat finds all that was said, in its order and nothing twice', async (scene) => {
  const reader = await register(scene.server, 'reader');
  const texts = Array.from({ length: 75 }, (_, number) => `Message ${number + 1}.`);
  for (const [number, text] of texts.entries()) {
    await (number % 2 ? reader.write(author, text) : author.write(reader, text));
  }
  const page = await scene.open(`#/chat/${author.id}`, { ...phone, as: reader });
  await messages(page).getByText(texts.at(-1)).waitFor();
  assert.ok((await messages(page).count()) < texts.length, 'not all at once');
  await author.write(reader, 'And one that comes meanwhile');
  await until('the oldest is there', async () => {
    await messages(page).first().scrollIntoViewIfNeeded();
    return (await messages(page).count()) > texts.length;
  });
  assert.deepEqual(await messages(page).locator('p').allInnerTexts(), [...texts, 'And one that comes meanwhile']);
});

stage.test('What could not be sent while the server was away is sent when it is asked for again, once', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const writer = await register(scene.server, 'writer');
  const page = await scene.open(`#/chat/${author.id}`, { ...desktop, as: writer });
  await page.getByRole('textbox', { name: 'Write a message' }).waitFor();
  await scene.server.kill();
  await say(page, 'Write a message', 'Can you hear me?');
  await messages(page).getByText('Not sent').waitFor();
  await scene.server.startAgain();
  await page.getByRole('button', { name: 'Send again' }).click();
  await until('it has arrived', async () => (await author.ask('message/chat', { to_user_id: writer.id })).message_list.length === 1);
  await author.write(writer, 'Loud and clear');
  await messages(page).getByText('Loud and clear').waitFor();
  assert.deepEqual(await messages(page).locator('p').allInnerTexts(), ['Can you hear me?', 'Loud and clear']);
  await page.reload();
  await messages(page).getByText('Loud and clear').waitFor();
  assert.deepEqual(await messages(page).locator('p').allInnerTexts(), ['Can you hear me?', 'Loud and clear']);
});
