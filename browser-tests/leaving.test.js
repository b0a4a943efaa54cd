import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { commentsButton, comments, destination, say, surface, timeOf, toast, untilPlays, watched } from './client.js';
import { appeared } from './fleeting.js';
import { password, register } from './people.js';
import { setStage } from './stage.js';
import { swipe } from './touch.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');
await author.publish(await smallVideo(), 'Below');
const top = await author.publish(await smallVideo(1), 'On top');

stage.test('Whoever asks for the feed twice at once hears one video', async (scene) => {
  const page = await scene.open('', { ...desktop, prepare: countPlaying });
  await untilPlays(page, 'On top');
  await destination(page, 'Home').dblclick();
  await until('one plays', async () => (await playing(page)) === 1);
  await untilPlays(page, 'On top');
  assert.equal(await playing(page), 1);
});

/** Remembers every element that was played, wherever it is now. */
function countPlaying(context) {
  return context.addInitScript(() => {
    globalThis.played = new Set();
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function remembered() {
      globalThis.played.add(this);
      return play.call(this);
    };
  });
}

function playing(page) {
  return page.evaluate(() => [...globalThis.played].filter(({ paused }) => !paused).length);
}

stage.test('What older browsers lack keeps nobody from watching and commenting', async (scene) => {
  const viewer = await register(scene.server, 'old-phone');
  const page = await scene.open('', { ...phone, as: viewer, prepare: forget });
  await untilPlays(page, 'On top');
  await commentsButton(page).click();
  await say(page, 'Add a comment', 'From an old phone');
  await comments(page).getByText('From an old phone').waitFor();
});

/** Takes away what came late into browsers. */
function forget(context) {
  return context.addInitScript(() => {
    delete AbortSignal.any;
    delete AbortSignal.timeout;
    delete HTMLElement.prototype.showPopover;
    delete HTMLElement.prototype.hidePopover;
    for (const name of Object.getOwnPropertyNames(Element.prototype).filter((each) => /^(aria[A-Z]|role$)/.test(each))) {
      delete Element.prototype[name];
    }
  });
}

stage.test('A step back from the first video, which leads nowhere, is forgotten when a finger moves on', async (scene) => {
  const page = await scene.open('', { ...phone, prepare: keepFromTelling });
  await untilPlays(page, 'On top');
  await page.keyboard.press('ArrowUp');
  await swipe(surface(page), { down: -500 });
  await untilPlays(page, 'Below');
  await page.keyboard.press('ArrowDown');
  await untilPlays(page, 'On top');
});

/** Older browsers do not tell when something has stopped scrolling. */
function keepFromTelling(context) {
  return context.addInitScript(() => addEventListener('scrollend', (event) => event.stopImmediatePropagation(), true));
}

stage.test('A notice is said within the sheet that is open, where it is heard', async (scene) => {
  const page = await scene.open('', { ...phone, as: author });
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  await untilPlays(page, 'On top');
  await commentsButton(page).click();
  await page.getByRole('dialog').getByRole('textbox').waitFor();
  await page.context().setOffline(true);
  await say(page, 'Add a comment', 'Lost');
  await toast(page, /^The server cannot be reached\./).waitFor();
  await page.getByRole('dialog').locator('#toasts').waitFor({ state: 'attached' });
});

stage.test('A reload with an open sheet leaves no step back that leads nowhere', async (scene) => {
  const page = await scene.open(`#/user/${author.id}`, { ...phone, as: author });
  await page.getByRole('link', { name: /^On top, / }).click();
  await untilPlays(page, 'On top');
  await commentsButton(page).click();
  await page.getByRole('dialog').waitFor();
  await page.reload();
  await untilPlays(page, 'On top');
  await until('the entry of the sheet is left', () => page.evaluate(() => !history.state.sheets));
  await page.goBack();
  await page.getByRole('heading', { name: 'author' }).waitFor();
});

stage.test('Back from a video that somebody was sent leads to the profile, once signed in or not', async (scene) => {
  const viewer = await register(scene.server, 'was-signed-in');
  await viewer.logOutEverywhere();
  const page = await scene.open(`#/user/${author.id}/works/${top}`, { ...desktop, as: viewer });
  await untilPlays(page, 'On top');
  await destination(page, 'Sign in').waitFor();
  await untilPlays(page, 'On top');
  await page.getByRole('button', { name: 'Back' }).click();
  await page.waitForURL(`**/#/user/${author.id}`);
});

stage.test('A password that is changed in one tab ends nothing in another one', async (scene) => {
  const viewer = await register(scene.server, 'two-tabs-one-password');
  const page = await scene.open('#/account', { ...desktop, as: viewer });
  const other = await page.context().newPage();
  // It is told of nothing, as a tab that sleeps.
  await other.addInitScript(() => addEventListener('storage', (event) => event.stopImmediatePropagation(), true));
  await other.goto('/');
  await untilPlays(other, 'On top');
  await page.getByLabel('Old password').fill(password);
  await page.getByLabel('New password').fill(`${password}-2`);
  await page.getByRole('button', { name: 'Change password' }).click();
  await toast(page, 'The password was changed').waitFor();
  await watched(other).getByRole('button', { name: 'Like, 0' }).click();
  await until('the server knows', async () => (await author.ask('publish/list', { user_id: author.id })).video_list[0].favorite_count === 1);
  assert.deepEqual(await appeared(other, 'toast'), []);
  assert.ok((await timeOf(other)) > 0);
});
