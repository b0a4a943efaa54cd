// The client as people find their way in it: what is watched, what is said, what can be touched. In English, unless told otherwise.

import assert from 'node:assert/strict';

import { appeared } from './fleeting.js';
import { until } from './until.js';

/** The video that is watched; the others cannot be reached. */
export function watched(page) {
  return page.getByRole('article');
}

/** The surface of it that takes the taps. */
export function surface(page) {
  return watched(page).getByRole('button', { name: /^(Pause|Play|暂停|播放)$/ });
}

/** Waits until the video of `title` is watched and its pictures move. */
export async function untilPlays(page, title) {
  await watched(page).filter({ hasText: title }).waitFor();
  const before = await timeOf(page);
  // It begins again when it ends.
  await until(`${title} plays`, async () => ![0, before].includes(await timeOf(page)));
}

/** Where the video that is watched is, in seconds. */
export function timeOf(page) {
  return watched(page).locator('video').evaluate(({ currentTime }) => currentTime);
}

/** The buttons beside the video that is watched. */
export const likeButton = (page) => watched(page).getByRole('button', { name: /^(Like, |赞，)/ });
export const commentsButton = (page) => watched(page).getByRole('button', { name: /^(Comments, |评论，)/ });

export async function untilLiked(page) {
  await until('it is liked', async () => (await likeButton(page).getAttribute('aria-pressed')) === 'true');
}

/** A way through the program, by what the navigation calls it. */
export function destination(page, name) {
  return page.getByRole('navigation').getByRole('link', { name, exact: true });
}

/** Registers by hand at the sign-in view. */
export async function signUp(page, name, password) {
  await page.getByRole('tab', { name: 'Register' }).click();
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Register' }).click();
  await destination(page, 'Me').waitFor();
}

/** Signs in by hand at the sign-in view. */
export async function signIn(page, name, password) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await destination(page, 'Me').waitFor();
}

/** What is said in the list of comments, or in a conversation. */
export const comments = (page) => page.getByRole('dialog').getByRole('listitem');
export const messages = (page) => page.getByRole('log').getByRole('listitem');

/** Waits until this is what is said in such a list, and nothing else. */
export async function untilSaid(list, texts) {
  const expected = JSON.stringify(texts);
  await until(`${expected} is said`, async () => JSON.stringify(await list.locator('p').allInnerTexts()) === expected);
}

/** Says something in the field of that name. */
export async function say(page, field, text) {
  await page.getByRole('textbox', { name: field }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Waits until the server has, for certain, all that was written in a conversation. */
export async function untilAcknowledged(page) {
  await until('all is acknowledged', async () => (await page.getByText('Sending…').count()) === 0);
}

/** A notice at the edge of the page that says this. What is waited for may be gone again; `waitFor` answers all it said. */
export function toast(page, text) {
  const isMeant = (said) => (text instanceof RegExp ? text.test(said) : said.includes(text));
  return { waitFor: () => until(`a notice says ${text}`, async () => (await appeared(page, 'toast')).find(isMeant)) };
}

/** Nothing is wider than the window, unless it is cut off where it stands, and nothing scrolls sideways. */
export async function assertFits(page) {
  const tooWide = await page.evaluate(() => {
    const found = [];
    const look = (element) => {
      const { left, right } = element.getBoundingClientRect();
      const { overflowX } = getComputedStyle(element);
      const isScrolled = ['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth;
      if (left < -1 || right > innerWidth + 1 || isScrolled) {
        found.push(`${element.tagName}.${element.className}: from ${left} to ${right}, ${element.scrollWidth} in it`);
      }
      if (!['clip', 'hidden'].includes(overflowX)) {
        [...element.children].filter((child) => child.checkVisibility()).forEach(look);
      }
    };
    [document.documentElement, ...document.querySelectorAll('body > *, main > *, article, dialog')].forEach(look);
    return found;
  });
  assert.deepEqual(tooWide, []);
}
