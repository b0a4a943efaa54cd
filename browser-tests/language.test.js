import assert from 'node:assert/strict';

import { desktop, phone } from './browser.js';
import { commentsButton, destination, likeButton, toast, untilPlays } from './client.js';
import { register } from './people.js';
import { setStage } from './stage.js';
import { smallVideo } from './video.js';

const stage = await setStage();
const author = await register(stage.server, 'author');
await author.publish(await smallVideo(), 'Famous');

/** Has the feed tell of many likes and comments. */
async function famous(context) {
  await context.route('**/douyin/feed/*', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const counts = { favorite_count: 12_345, comment_count: 120_000_000 };
    await route.fulfill({ response, json: { ...answer, video_list: answer.video_list.map((video) => ({ ...video, ...counts })) } });
  });
}

stage.test('A Chinese browser shows Chinese, and counts as they are written there', async (scene) => {
  const page = await scene.open('', { ...phone, locale: 'zh-CN', prepare: famous });
  await untilPlays(page, 'Famous');
  assert.equal(await likeButton(page).innerText(), '1.2万');
  assert.equal(await commentsButton(page).innerText(), '1.2亿');
  for (const name of ['首页', '朋友', '发布', '登录']) {
    await destination(page, name).waitFor();
  }
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
});

stage.test('Any other browser shows English', async (scene) => {
  const page = await scene.open('', { ...desktop, locale: 'fr-FR', prepare: famous });
  await untilPlays(page, 'Famous');
  assert.equal(await likeButton(page).innerText(), '12.3K');
  assert.equal(await commentsButton(page).innerText(), '120M');
  await destination(page, 'Home').waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
});

stage.test('What the server refuses is said in Chinese, too', async (scene) => {
  const page = await scene.open('#/login', { ...phone, locale: 'zh-CN' });
  await page.getByLabel('用户名').fill('nobody');
  await page.getByLabel('密码').fill('wrong-password');
  await page.getByRole('button', { name: '登录' }).click();
  await toast(page, '用户名或密码错误').waitFor();
});
