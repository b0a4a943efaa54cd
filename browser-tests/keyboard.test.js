import assert from 'node:assert/strict';

import { comments, commentsButton, destination, likeButton, untilLiked, untilPlays } from './client.js';
import { password, register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');
await author.publish(await smallVideo(), 'For ten fingers');

stage.test('The keyboard alone registers, likes, follows, comments and finds back', async (scene) => {
  const page = await scene.open();
  const { keyboard } = page;
  await untilPlays(page, 'For ten fingers');
  await tabTo(page, destination(page, 'Sign in'));
  await keyboard.press('Enter');

  await tabTo(page, page.getByRole('tab', { name: 'Sign in' }));
  await keyboard.press('ArrowRight');
  await tabTo(page, page.getByLabel('User name'));
  await keyboard.type('ten-fingers');
  await tabTo(page, page.getByLabel('Password'));
  await keyboard.type(password);
  await keyboard.press('Enter');
  await destination(page, 'Me').waitFor();
  await untilPlays(page, 'For ten fingers');

  await tabTo(page, likeButton(page));
  await keyboard.press('Enter');
  await untilLiked(page);

  await tabTo(page, page.getByRole('button', { name: 'Follow author', exact: true }));
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Following author' }).waitFor();

  await tabTo(page, commentsButton(page));
  await keyboard.press('Enter');
  await tabTo(page, page.getByRole('textbox', { name: 'Add a comment' }));
  await keyboard.type('Without a mouse');
  await keyboard.press('Enter');
  await comments(page).getByText('Without a mouse').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await until('the focus is where it was', () => hasFocus(commentsButton(page)));
});

stage.test('What has the focus can be seen', async (scene) => {
  const page = await scene.open();
  await untilPlays(page, 'For ten fingers');
  await tabTo(page, likeButton(page));
  const outline = await likeButton(page).evaluate((button) => getComputedStyle(button).outlineStyle);
  assert.notEqual(outline, 'none');
});

stage.test('The tab key goes round in what is open and in nothing behind it', async (scene) => {
  const page = await scene.open();
  await untilPlays(page, 'For ten fingers');
  await commentsButton(page).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement.closest('dialog'));
    assert.equal(outside, false, `after ${step + 1} steps`);
  }
});

/** Presses the tab key until it leads there: everything that can be used is within so many steps. */
async function tabTo(page, target) {
  await target.waitFor();
  for (let step = 0; step < 40; step += 1) {
    if (await hasFocus(target)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`the tab key does not lead to ${target}`);
}

async function hasFocus(target) {
  return (await target.count()) > 0 && target.evaluate((element) => element === document.activeElement);
}
