import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { untilPlays, watched } from './client.js';
import { observePage } from './measuring.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');
const titles = ['Fifth', 'Fourth', 'Third', 'Second', 'First'];
for (const [number, title] of [...titles].reverse().entries()) {
  await author.publish(await smallVideo(number % 3), title);
}

stage.test('The poster is seen before anything of the video has come', async (scene) => {
  let letCome;
  const mayCome = new Promise((resolve) => (letCome = resolve));
  const withhold = async (context) => {
    await context.route('**/*.mp4', async (route) => {
      await mayCome;
      await route.continue();
    });
  };
  const page = await scene.open('', { ...phone, prepare: withhold });
  const poster = watched(page).locator('.poster');
  await until('the poster is there', () => poster.evaluate((image) => image.complete && image.naturalWidth > 0));
  assert.deepEqual(await watched(page).evaluate(whatIsSeen), { poster: true, frames: false });
  letCome();
  await untilPlays(page, titles[0]);
  assert.deepEqual(await watched(page).evaluate(whatIsSeen), { poster: true, frames: true });
});

for (const [size, options] of Object.entries({ phone, desktop })) {
  stage.test(`On a ${size} nothing shifts by itself while videos come in and are left`, async (scene) => {
    const page = await scene.open('', { ...options, prepare: (context) => context.addInitScript(observePage) });
    for (const title of titles) {
      await untilPlays(page, title);
      await page.keyboard.press('ArrowDown');
    }
    await untilPlays(page, titles[0]);
    assert.deepEqual(await page.evaluate(() => window.basics.shifts), []);
  });
}

/** To be run in a page: which of the pictures of a video are visible. */
function whatIsSeen(article) {
  const isVisible = (element) => element.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
  const film = article.querySelector('video');
  return { poster: isVisible(article.querySelector('.poster')), frames: film.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && isVisible(film) };
}
