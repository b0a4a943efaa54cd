import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';

import { seriousFindings } from './accessibility.js';
import { desktop, phone } from './browser.js';
import { assertFits, commentsButton, untilPlays } from './client.js';
import { setStage } from './stage.js';
import { results } from './video.js';
import { fullHouse, views } from './views.js';

const stage = await setStage();
const house = await fullHouse(stage.server);
await mkdir(results, { recursive: true });

for (const [size, options] of Object.entries({ phone, desktop })) {
  for (const [view, { as, open, leave = () => {} }] of Object.entries(views)) {
    stage.test(`On a ${size} the view ${view} fits, and shuts nobody out`, async (scene) => {
      const page = await scene.open('', { ...options, as: house[as], reducedMotion: 'reduce' });
      await open(page, house);
      try {
        await page.waitForFunction(picturesAreThere);
        await page.screenshot({ path: `${results}${view.replace(' ', '-')}-${size}.png` });
        await assertFits(page);
        assert.deepEqual(await seriousFindings(page), []);
      } finally {
        await leave(page);
      }
    });
  }
}

stage.test('What shuts somebody out is found', async (scene) => {
  const page = await scene.open();
  await untilPlays(page, '');
  await commentsButton(page).evaluate((button) => {
    button.removeAttribute('aria-label');
    button.replaceChildren();
  });
  assert.match((await seriousFindings(page)).join('\n'), /Buttons must have discernible text/);
});

/** All pictures in the window; others are loaded when they come into it. */
function picturesAreThere() {
  const isInWindow = ({ top, bottom }) => bottom > 0 && top < innerHeight;
  return [...document.images]
    .filter((picture) => isInWindow(picture.getBoundingClientRect()))
    .every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
}
