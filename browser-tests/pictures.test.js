// How people change their avatar and background.

import assert from 'node:assert/strict';

import { seriousFindings } from './accessibility.js';
import { desktop, phone } from './browser.js';
import { assertFits, toast } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const unreachable = 'The server cannot be reached. Please try again.';

// A picture as a camera makes them: the cover of a video.
const painter = await register(stage.server, 'painter');
await painter.publish(await smallVideo(), 'A picture');
const { cover_url: cover } = (await painter.ask('publish/list')).video_list[0];
const photo = { name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await (await fetch(cover)).arrayBuffer()) };
const text = { name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('This is a text.') };

/** A file's part of the form, by what it is of. */
const group = (page, name) => page.getByRole('dialog').getByRole('group', { name });

async function openEditor(page) {
  await page.getByRole('button', { name: 'Edit profile' }).click();
  await group(page, 'Avatar').waitFor();
}

/** Chooses a picture as a person would: by the button. */
async function choosePicture(page, name, file) {
  const chooser = page.waitForEvent('filechooser');
  await group(page, name).getByText('Change').click();
  await (await chooser).setFiles(file);
}

async function untilPreviewed(page, name) {
  const preview = group(page, name).locator('img');
  await until('the picture is seen', () => preview.evaluate(({ src, naturalWidth }) => src.startsWith('blob:') && naturalWidth > 0));
}

const save = (page) => page.getByRole('button', { name: 'Save' }).click();

/** The pictures on the profile behind the editor, by their URLs. */
function shown(page) {
  return page.evaluate(() => ['.profile-head .avatar', '.profile-head > .background'].map((each) => document.querySelector(each).src));
}

async function known(person) {
  const { user } = await person.ask('user');
  return [user.avatar, user.background_image];
}

for (const [size, options] of Object.entries({ phone, desktop })) {
  stage.test(`On a ${size} an avatar and a background are chosen, seen before they are saved, and at once on the profile`, async (scene) => {
    const person = await register(scene.server, `pretty-${size}`);
    const before = await known(person);
    const page = await scene.open(`#/user/${person.id}`, { ...options, as: person });
    await openEditor(page);
    for (const name of ['Avatar', 'Background']) {
      await choosePicture(page, name, photo);
      await untilPreviewed(page, name);
    }
    await assertFits(page);
    assert.deepEqual(await seriousFindings(page), []);
    assert.deepEqual(await known(person), before);
    await save(page);
    await toast(page, 'Saved').waitFor();
    const after = await known(person);
    assert.ok(after.every((url, index) => url !== before[index]), `${after}`);
    assert.deepEqual(await shown(page), after);
    await page.reload();
    await page.getByRole('heading', { name: person.name }).waitFor();
    await until('they are seen', () => page.evaluate(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0)));
    assert.deepEqual(await shown(page), after);
  });
}

stage.test('Pictures are removed again', async (scene) => {
  const person = await register(scene.server, 'plain');
  const before = await known(person);
  const page = await scene.open(`#/user/${person.id}`, { ...phone, as: person });
  await openEditor(page);
  await choosePicture(page, 'Avatar', photo);
  await choosePicture(page, 'Background', photo);
  await save(page);
  await until('they are others', async () => (await known(person)).every((url, index) => url !== before[index]));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await openEditor(page);
  for (const [index, name] of ['Avatar', 'Background'].entries()) {
    await group(page, name).getByRole('button', { name: 'Remove' }).click();
    const preview = group(page, name).locator('img');
    assert.equal(await preview.getAttribute('src'), before[index]);
    await until('the default picture is seen', () => preview.evaluate(({ naturalWidth }) => naturalWidth > 0));
  }
  await save(page);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(await known(person), before);
  assert.deepEqual(await shown(page), before);
});

stage.test('A file that is no picture is refused with what the server says of it, and everything stays as it is', async (scene) => {
  const person = await register(scene.server, 'pretender');
  const before = await known(person);
  const page = await scene.open(`#/user/${person.id}`, { ...phone, as: person });
  await openEditor(page);
  await choosePicture(page, 'Avatar', text);
  await save(page);
  const refusal = group(page, 'Avatar').getByRole('paragraph');
  const said = await until('it is said beside it', () => refusal.innerText());
  await toast(page, said).waitFor();
  assert.deepEqual(await known(person), before);
  await choosePicture(page, 'Avatar', photo);
  assert.equal(await refusal.innerText(), '');
  await save(page);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.notEqual((await known(person))[0], before[0]);
});

stage.test('A picture that did not arrive is still chosen, and saved when it is tried again', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const person = await register(scene.server, 'offline');
  const before = await known(person);
  const page = await scene.open(`#/user/${person.id}`, { ...phone, as: person });
  await openEditor(page);
  await choosePicture(page, 'Avatar', photo);
  await page.getByLabel('Signature').fill('Behind a hill');
  await page.route('**/user/avatar/*', (route) => route.abort(), { times: 1 });
  await save(page);
  await toast(page, unreachable).waitFor();
  assert.deepEqual(await known(person), before);
  await save(page);
  await page.getByText('Behind a hill').first().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.notEqual((await known(person))[0], before[0]);
});

stage.test('What was chosen in an editor that is closed is not kept', async (scene) => {
  const person = await register(scene.server, 'undecided');
  const before = await known(person);
  const page = await scene.open(`#/user/${person.id}`, { ...desktop, as: person });
  await openEditor(page);
  await choosePicture(page, 'Background', photo);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await openEditor(page);
  assert.equal(await group(page, 'Background').locator('img').getAttribute('src'), before[1]);
  await save(page);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(await known(person), before);
});

/** To be run in a page: notes as `window.held` the URLs of files that are not revoked. */
function noteHeldFiles() {
  const { createObjectURL, revokeObjectURL } = URL;
  window.held = new Set();
  URL.createObjectURL = (file) => {
    const url = createObjectURL(file);
    window.held.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    window.held.delete(url);
    revokeObjectURL(url);
  };
}

stage.test('No picture is kept in memory that is not shown any more', async (scene) => {
  const person = await register(scene.server, 'frugal');
  const page = await scene.open(`#/user/${person.id}`, { ...phone, as: person });
  const held = () => page.evaluate(() => window.held.size);
  await page.evaluate(noteHeldFiles);
  await openEditor(page);
  for (const [name, count] of [['Avatar', 1], ['Avatar', 1], ['Background', 2]]) {
    await choosePicture(page, name, photo);
    await untilPreviewed(page, name);
    assert.equal(await held(), count);
  }
  await group(page, 'Avatar').getByRole('button', { name: 'Remove' }).click();
  assert.equal(await held(), 1);
  await page.keyboard.press('Escape');
  await until('none is held', async () => (await held()) === 0);
});
