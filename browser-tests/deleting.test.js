// How people delete their own videos.

import assert from 'node:assert/strict';

import { seriousFindings } from './accessibility.js';
import { desktop, phone } from './browser.js';
import { destination, toast, untilPlays, watched } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { until } from './until.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const unreachable = 'The server cannot be reached. Please try again.';

const deleteButton = (page) => watched(page).getByRole('button', { name: 'Delete this video' });
const question = (page) => page.getByRole('alertdialog', { name: 'Delete it?' });

/** Deletes the video that is watched, asked twice. */
async function deleteWatched(page) {
  await deleteButton(page).click();
  await question(page).getByRole('button', { name: 'Delete' }).click();
}

/** Somebody with videos of these titles, the last of which is the newest. */
async function authorOf(scene, name, titles) {
  const author = await register(scene.server, name);
  for (const title of titles) {
    await author.publish(await smallVideo(), title);
  }
  return author;
}

async function titlesOf(author) {
  return (await author.ask('publish/list')).video_list.map(({ title }) => title);
}

stage.test('A video that its author deletes is gone from the feed, the profile and its counts, and the next one plays', async (scene) => {
  const author = await authorOf(scene, 'tidy', ['Stays below', 'Goes', 'Stays above']);
  const page = await scene.open(`#/user/${author.id}`, { ...phone, as: author });
  await page.getByRole('tab', { name: 'Works 3' }).waitFor();
  await destination(page, 'Home').click();
  await untilPlays(page, 'Stays above');
  await page.keyboard.press('ArrowDown');
  await untilPlays(page, 'Goes');
  await deleteWatched(page);
  await toast(page, 'The video is deleted').waitFor();
  await untilPlays(page, 'Stays below');
  assert.equal(await page.getByText('Goes').count(), 0);
  await page.keyboard.press('ArrowUp');
  await untilPlays(page, 'Stays above');
  assert.deepEqual(await titlesOf(author), ['Stays above', 'Stays below']);
  await destination(page, 'Me').click();
  await page.getByRole('tab', { name: 'Works 2' }).waitFor();
  await page.getByRole('link', { name: /^Stays below, / }).waitFor();
  assert.equal(await page.getByRole('link', { name: /^Goes, / }).count(), 0);
});

stage.test('A video that is deleted where it was opened from the profile is not in the profile to come back to', async (scene) => {
  const author = await authorOf(scene, 'from-profile', ['Older', 'Newest']);
  const page = await scene.open(`#/user/${author.id}`, { ...desktop, as: author });
  await page.getByRole('link', { name: /^Older, / }).click();
  await untilPlays(page, 'Older');
  await deleteWatched(page);
  await untilPlays(page, 'Newest');
  await deleteWatched(page);
  await page.getByText('There is nothing to watch here.').waitFor();
  await page.getByRole('link', { name: 'See the profile' }).click();
  await page.getByText('Nothing published yet').waitFor();
  await page.getByRole('tab', { name: 'Works 0' }).waitFor();
});

stage.test('Who keeps a video keeps it, and nobody is offered to delete what others published', async (scene) => {
  const author = await authorOf(scene, 'keeper', ['Kept']);
  const page = await scene.open('', { ...phone, as: author });
  await untilPlays(page, 'Kept');
  await deleteButton(page).click();
  await question(page).getByRole('button', { name: 'Keep' }).click();
  await question(page).waitFor({ state: 'hidden' });
  await untilPlays(page, 'Kept');
  assert.deepEqual(await titlesOf(author), ['Kept']);
  for (const as of [undefined, await register(scene.server, 'somebody-else')]) {
    const other = await scene.open('', { ...phone, as });
    await untilPlays(other, 'Kept');
    assert.equal(await deleteButton(other).count(), 0);
  }
});

stage.test('The keyboard alone deletes a video, stands on the next one, and is not led away by the question', async (scene) => {
  const author = await authorOf(scene, 'no-mouse', ['Comes next', 'By key']);
  const page = await scene.open('', { ...desktop, as: author });
  const { keyboard } = page;
  await untilPlays(page, 'By key');
  await deleteButton(page).focus();
  await keyboard.press('Enter');
  const keep = question(page).getByRole('button', { name: 'Keep' });
  await until('what harms nobody has the focus', () => keep.evaluate((button) => button === document.activeElement));
  assert.deepEqual(await seriousFindings(page), []);
  await keyboard.press('ArrowDown');
  await keyboard.press('Escape');
  await question(page).waitFor({ state: 'hidden' });
  await watched(page).filter({ hasText: 'By key' }).waitFor();
  await keyboard.press('Enter');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await untilPlays(page, 'Comes next');
  await until('the next one has the focus', () => watched(page).evaluate((slide) => slide === document.activeElement));
});

stage.test('A video that could not be deleted stays, and one whose answer was lost is gone when it is tried again', async (scene) => {
  scene.watch.expect(/Failed to load resource: net::ERR_/);
  const author = await authorOf(scene, 'unlucky', ['Before', 'Doubtful']);
  const page = await scene.open('', { ...phone, as: author });
  await untilPlays(page, 'Doubtful');
  const path = '**/publish/delete/*';
  await page.route(path, (route) => route.abort(), { times: 1 });
  await deleteWatched(page);
  await toast(page, unreachable).waitFor();
  await watched(page).filter({ hasText: 'Doubtful' }).waitFor();
  assert.deepEqual(await titlesOf(author), ['Doubtful', 'Before']);
  const lost = signal();
  await page.route(path, async (route) => {
    await route.fetch();
    await route.abort();
    lost.give();
  }, { times: 1 });
  await deleteWatched(page);
  await lost.given;
  assert.deepEqual(await titlesOf(author), ['Before']);
  await watched(page).filter({ hasText: 'Doubtful' }).waitFor();
  await deleteWatched(page);
  await untilPlays(page, 'Before');
});

stage.test('A video that was deleted elsewhere meanwhile is gone when its author deletes it here, too', async (scene) => {
  const author = await authorOf(scene, 'two-devices', ['Left', 'Deleted twice']);
  const page = await scene.open('', { ...phone, as: author });
  await untilPlays(page, 'Deleted twice');
  const [{ id }] = (await author.ask('publish/list')).video_list;
  await author.delete(id);
  await deleteWatched(page);
  await untilPlays(page, 'Left');
});

// Of its own, where nobody else publishes: it is known what comes around again.
const small = await setStage();

small.test('A page of the feed that was asked for before a video was deleted does not bring it back', async (scene) => {
  const author = await authorOf(scene, 'in-flight', ['One', 'Two', 'Deleted']);
  const asked = signal();
  const held = signal();
  const answer = async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes('Deleted')) {
      asked.give();
      await held.given;
    }
    await route.fulfill({ response });
  };
  const prepare = (context) => context.route(/\/feed\/\?.*latest_time/, answer);
  const page = await scene.open('', { ...phone, as: author, prepare });
  await untilPlays(page, 'Deleted');
  await asked.given;
  await deleteWatched(page);
  await untilPlays(page, 'Two');
  held.give();
  for (const title of ['One', 'Two', 'One']) {
    await page.keyboard.press('ArrowDown');
    await untilPlays(page, title);
  }
});

/** Something that is waited for until it is given. */
function signal() {
  let give;
  const given = new Promise((resolve) => (give = resolve));
  return { give, given };
}

stage.test('In Chinese, too', async (scene) => {
  const author = await authorOf(scene, 'chinese', ['留下', '删掉']);
  const page = await scene.open('', { ...phone, as: author, locale: 'zh-CN' });
  await untilPlays(page, '删掉');
  await watched(page).getByRole('button', { name: '删除视频' }).click();
  await page.getByRole('alertdialog', { name: '确定删除？' }).getByRole('button', { name: '删除' }).click();
  await toast(page, '视频已删除').waitFor();
  await untilPlays(page, '留下');
});
