import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { destination, signIn, signUp, toast, untilPlays } from './client.js';
import { password, register } from './people.js';
import { setStage } from './stage.js';
import { smallVideo } from './video.js';

const stage = await setStage();

stage.test('Who registers is signed in, signs out, and signs in again', async (scene) => {
  const page = await scene.open('#/login', phone);
  await signUp(page, 'newcomer', password);
  await destination(page, 'Me').click();
  await page.getByRole('heading', { name: 'newcomer' }).waitFor();
  await page.getByRole('link', { name: 'Account' }).click();
  const documentation = await page.getByRole('link', { name: 'API' }).evaluate(({ pathname }) => pathname);
  assert.equal(documentation, '/docs');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await destination(page, 'Sign in').waitFor();
  await page.goto('/#/login');
  await signIn(page, 'newcomer', password);
});

stage.test('What the server refuses is said as a notice and beside the field that is meant', async (scene) => {
  await register(scene.server, 'taken');
  const page = await scene.open('#/login', desktop);
  const name = page.getByLabel('User name');
  await page.getByRole('tab', { name: 'Register' }).click();
  await name.fill('taken');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Register' }).click();
  const said = await toast(page, /taken/).waitFor();
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  const about = page.locator(`#${await name.getAttribute('aria-describedby')}`);
  assert.equal(await about.innerText(), said);
  await page.getByRole('tab', { name: 'Sign in' }).click();
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await toast(page, 'Wrong user name or password.').waitFor();
});

stage.test('A profile shows who somebody is, what they publish and what they like', async (scene) => {
  const ann = await register(scene.server, 'ann');
  const bea = await register(scene.server, 'bea');
  await ann.edit({ signature: 'Mountains and the sea' });
  const video = await ann.publish(await smallVideo(), 'Of the mountains');
  await bea.like(video);
  await ann.like(await bea.publish(await smallVideo(2), 'Of the sea'));
  await bea.follow(ann);
  const page = await scene.open(`#/user/${ann.id}`, { ...phone, as: bea });
  await page.getByRole('heading', { name: 'ann' }).waitFor();
  await page.getByText('Mountains and the sea').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Follower' }).innerText(), '1 Follower');
  assert.equal(await page.getByRole('link', { name: 'Following' }).innerText(), '0 Following');
  await page.getByRole('link', { name: 'Of the mountains, 1 like' }).waitFor();
  await page.getByRole('tab', { name: 'Likes' }).click();
  await page.getByRole('link', { name: 'Of the sea, 1 like' }).click();
  await untilPlays(page, 'Of the sea');
  await page.goBack();
  await page.getByRole('link', { name: 'Of the sea, 1 like' }).waitFor();
});

stage.test('Following somebody counts at once, is in both lists, and is taken back', async (scene) => {
  const cleo = await register(scene.server, 'cleo');
  const dora = await register(scene.server, 'dora');
  const page = await scene.open(`#/user/${cleo.id}`, { ...desktop, as: dora });
  await page.getByRole('button', { name: 'Follow cleo', exact: true }).click();
  await page.getByRole('link', { name: '1 Follower' }).click();
  await page.getByRole('list', { name: 'Followers' }).getByRole('link', { name: 'dora' }).click();
  await page.getByRole('link', { name: '1 Following' }).click();
  const followed = page.getByRole('list', { name: 'Following' });
  // It is shown before it is said, and what is left in between is not done.
  const takenBack = page.waitForResponse((answer) => answer.url().includes('/relation/action/'));
  await followed.getByRole('button', { name: 'Following cleo' }).click();
  await followed.getByRole('button', { name: 'Follow cleo', exact: true }).waitFor();
  await takenBack;
  await page.reload();
  await page.getByText('Follows nobody yet').waitFor();
});

stage.test('People edit their own name and signature, and see it at once', async (scene) => {
  const elsa = await register(scene.server, 'elsa');
  const page = await scene.open(`#/user/${elsa.id}`, { ...phone, as: elsa });
  await page.getByRole('button', { name: 'Edit profile' }).click();
  await page.getByLabel('User name').fill('elsa the second');
  await page.getByLabel('Signature').fill('Not the first');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'elsa the second' }).waitFor();
  await page.getByText('Not the first').waitFor();
  assert.equal((await elsa.ask('user')).user.name, 'elsa the second');
});
