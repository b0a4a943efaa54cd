//! The views in which videos are watched.

import * as api from '../api.js';
import { hear } from '../changes.js';
import { iconButton } from '../dom.js';
import { amend, canStepBack, stepBack } from '../entries.js';
import { texts } from '../language.js';
import { linkButton, notice } from '../notices.js';
import { profilePath } from '../people/person.js';
import { go } from '../router.js';
import { player } from './player.js';
import { feedReel, listReel } from './reel.js';

const t = texts({
  empty: ['There is no video yet.', '还没有视频'],
  publish: ['Publish the first one', '发布第一个视频'],
  gone: ['There is nothing to watch here.', '这里没有可看的视频'],
  profile: ['See the profile', '查看主页'],
  back: ['Back', '返回'],
  videos: ['Videos', '视频'],
});

/// The feed outlives its view: who comes back goes on where they were, unless it was to begin anew meanwhile.
let feed = null;
let following = new AbortController();

hear('again', undefined, (path) => path === '/' && beginAnew());
hear('session', undefined, beginAnew);
hear('published', undefined, beginAnew);

function beginAnew() {
  feed = null;
}

export async function watchFeed({ signal }) {
  if (feed === null) {
    following.abort();
    following = new AbortController();
    feed = feedReel(following.signal);
  }
  const reel = feed;
  if (reel.videos.length === 0) {
    await reel.more();
    signal.throwIfAborted();
  }
  if (reel.videos.length === 0) {
    beginAnew();
    return { content: notice(t('empty'), linkButton('/publish', t('publish'))) };
  }
  return { content: player(reel, { signal }) };
}

/// `#/user/:id/works/:video`, `#/user/:id/likes/:video`: what somebody published, or likes, from one of these videos on.
export const watchWorks = watchList('works', api.works);
export const watchLikes = watchList('likes', api.likes);

function watchList(name, list) {
  return async ({ params: { id, video }, signal }) => {
    const reel = await listReel((cursor) => list(id, cursor, signal), video, signal);
    signal.throwIfAborted();
    if (reel.videos.length === 0) {
      return { content: notice(t('gone'), linkButton(profilePath(id), t('profile'))) };
    }
    const back = iconButton('back', t('back'), { class: 'back', onclick: () => (canStepBack() ? stepBack() : go(profilePath(id), { replace: true })) });
    // The address goes along, so that who comes back from elsewhere finds the same video.
    const arrived = (at) => amend({}, `${profilePath(id)}/${name}/${at.id}`);
    return { content: player(reel, { arrived, back, signal }), title: t('videos') };
  };
}
