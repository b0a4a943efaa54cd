import assert from 'node:assert/strict';

import { phone } from './browser.js';
import { assertFits, comments, commentsButton, messages, say, untilPlays, watched } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();

// What must be nothing but text. Names have at most 32 characters, signatures 256.
const texts = {
  'an element that runs a script': '<img src=x onerror=alert(1)>',
  'a script': '<script>alert(1)</script>',
  'a character reference': '&lt;b&gt;&#x202e;',
  'text that turns its direction around': '\u202Egpj.exe \u2067מימין לשמאל',
  'characters of four bytes': '😀𠮷👩‍👩‍👧‍👦',
  'a thousand wide characters without a space': 'W'.repeat(1_000),
  'a thousand characters of four bytes': '𠮷'.repeat(1_000),
};

for (const [number, [what, text]] of Object.entries(texts).entries()) {
  stage.test(`What people write is shown as text, and breaks no view: ${what}`, async (scene) => {
    const name = first(text, 32);
    const author = await register(scene.server, name);
    const viewer = await register(scene.server, `viewer-${number}`);
    await author.edit({ signature: first(text, 256) });
    const video = await author.publish(await smallVideo(), text);
    await author.comment(video, text);
    await author.follow(viewer);
    await viewer.follow(author);
    await author.write(viewer, text);

    const page = await scene.open('', { ...phone, as: viewer });
    page.on('dialog', () => assert.fail('a script ran'));
    await untilPlays(page, '');
    await assertShows(page, watched(page), [name, text]);
    await commentsButton(page).click();
    await comments(page).waitFor();
    await say(page, 'Add a comment', text);
    await assertShows(page, comments(page).nth(0), [`viewer-${number}`, text]);
    await assertShows(page, comments(page).nth(1), [name, text]);
    for (const [route, shown] of [
      [`#/user/${author.id}`, [name, first(text, 256)]],
      [`#/user/${viewer.id}/followers`, [name, first(text, 256)]],
      ['#/friends', [name, text]],
    ]) {
      await page.goto(`/${route}`);
      await assertShows(page, page.getByRole('main'), shown);
    }
    await page.goto(`/#/chat/${author.id}`);
    await messages(page).waitFor();
    await say(page, 'Write a message', text);
    await assertShows(page, messages(page).nth(0), [name, text]);
    await assertShows(page, messages(page).nth(1), ['You', text]);
  });
}

function first(text, most) {
  return [...text].slice(0, most).join('');
}

/** Each of these is the whole text of an element in `place`, none became an element, and nothing is wider than the window. */
async function assertShows(page, place, shown) {
  for (const text of shown) {
    await until(`${text.slice(0, 40)} is shown`, () => place.evaluate((root, text) => {
      const all = document.createNodeIterator(root, NodeFilter.SHOW_TEXT);
      for (let node = all.nextNode(); node; node = all.nextNode()) {
        if (node.data === text) {
          return true;
        }
      }
      return false;
    }, text));
  }
  assert.equal(await page.locator('img[src="x"], body script, b').count(), 0);
  await assertFits(page);
}
