//! Videos as a grid of their covers.

import { element, icon } from '../dom.js';
import { count } from '../format.js';
import { texts } from '../language.js';

const t = texts({
  video: ['Video', '视频'],
  tile: ['{title}, {count} likes', '{title}，{count} 次点赞'],
});

/// The entry of a video in such a grid, which leads to the player at `path`.
export function coverTile(video, path) {
  const likes = count(video.favorite_count);
  return element(
    'li',
    {},
    element(
      'a',
      { class: 'cover', href: `#${path}`, ariaLabel: t('tile', { title: video.title || t('video'), count: likes }) },
      element('img', { src: video.cover_url, alt: '', loading: 'lazy', decoding: 'async' }),
      element('span', { class: 'cover-likes' }, icon('heart'), likes),
    ),
  );
}
