// The views of the client with something in them, for what looks at all of them.

import { commentsButton, comments, messages, untilPlays } from './client.js';
import { register } from './people.js';
import { until } from './until.js';
import { chooseVideo, progressBar, slowUploads, untilSeen } from './uploading.js';
import { bigVideo, smallVideo } from './video.js';

/** Each view: who sees it, the way there, and what is to be tidied up. */
export const views = {
  feed: { as: 'mia', open: (page) => untilPlays(page, 'Evening over the hills') },
  comments: {
    as: 'mia',
    open: async (page) => {
      await untilPlays(page, 'Evening over the hills');
      await commentsButton(page).click();
      await comments(page).nth(3).waitFor();
    },
  },
  profile: {
    as: 'mia',
    open: async (page, { leo }) => {
      await page.goto(`/#/user/${leo.id}`);
      await page.getByRole('link', { name: /^Evening over the hills, / }).waitFor();
    },
  },
  'own profile': {
    as: 'mia',
    open: async (page, { mia }) => {
      await page.goto(`/#/user/${mia.id}?tab=likes`);
      await page.getByRole('link', { name: /^Evening over the hills, / }).waitFor();
    },
  },
  editor: {
    as: 'leo',
    open: async (page, { leo }) => {
      await page.goto(`/#/user/${leo.id}`);
      await page.getByRole('button', { name: 'Edit profile' }).click();
      await page.getByRole('dialog').getByRole('group', { name: 'Background' }).waitFor();
    },
  },
  'own video': {
    as: 'leo',
    open: (page) => untilPlays(page, 'Evening over the hills'),
  },
  followers: {
    as: 'mia',
    open: async (page, { leo }) => {
      await page.goto(`/#/user/${leo.id}/followers`);
      await page.getByRole('list', { name: 'Followers' }).getByRole('listitem').first().waitFor();
    },
  },
  friends: {
    as: 'mia',
    open: async (page) => {
      await page.goto('/#/friends');
      await page.getByRole('list', { name: 'Friends' }).getByRole('listitem').first().waitFor();
    },
  },
  chat: {
    as: 'mia',
    open: async (page, { leo }) => {
      await page.goto(`/#/chat/${leo.id}`);
      await messages(page).nth(3).waitFor();
    },
  },
  publish: {
    as: 'leo',
    open: async (page) => {
      await page.goto('/#/publish');
      await page.getByText('Choose a video').waitFor();
    },
  },
  upload: {
    as: 'leo',
    open: async (page) => {
      await page.goto('/#/publish');
      await chooseVideo(page, await bigVideo());
      await untilSeen(page.getByLabel('Preview'));
      await page.getByLabel('Title').fill('Morning by the lake');
      // It takes more than three minutes, and is given up before.
      await slowUploads(page, 40_000);
      await page.getByRole('button', { name: 'Publish' }).click();
      await until('some of it is sent', () => progressBar(page).evaluate(({ value }) => value > 0));
    },
    leave: async (page) => {
      await page.getByRole('button', { name: 'Cancel' }).click();
      await progressBar(page).waitFor({ state: 'hidden' });
    },
  },
  account: {
    as: 'leo',
    open: async (page) => {
      await page.goto('/#/account');
      await page.getByRole('heading', { name: 'Account' }).waitFor();
    },
  },
  login: {
    open: async (page) => {
      await page.goto('/#/login');
      await page.getByLabel('User name').waitFor();
    },
  },
};

/** Registers people who publish, like, comment, follow and talk. */
export async function fullHouse(server) {
  const [leo, mia, noah, zoe] = await Promise.all(['Leo Marsh', 'Mia', 'noah.k', 'Zoë'].map((name) => register(server, name)));
  await leo.edit({ signature: 'Light, water and slow mornings. New films on Fridays.' });
  await mia.edit({ signature: 'Always outside.' });
  const films = [];
  for (const [number, title] of ['First snow', 'Ferry at noon', 'City lights', 'Tide', 'Evening over the hills'].entries()) {
    films.push(await leo.publish(await smallVideo(number + 1), title));
  }
  const newest = films.at(-1);
  for (const person of [mia, noah, zoe]) {
    await person.like(newest);
    await person.follow(leo);
    await leo.follow(person);
  }
  await mia.like(films[0]);
  await noah.comment(newest, 'Where was this?');
  await leo.comment(newest, 'Above the old quarry, a little before nine.');
  await zoe.comment(newest, 'The colours! I could watch this on repeat all evening.');
  await mia.comment(newest, 'Beautiful!');
  await leo.write(mia, 'Are you coming along on Friday?');
  await mia.write(leo, 'Yes! What should I bring?');
  await leo.write(mia, 'A warm jacket, and something to sit on. We are up there until it is dark.');
  await mia.write(leo, 'See you then!');
  await zoe.write(mia, 'Have you seen the new one?');
  return { leo, mia };
}
