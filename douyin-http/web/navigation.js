//! The bar with the ways through the program: below on a phone, at the side on a wide window.

import { hear, tell } from './changes.js';
import { element, icon } from './dom.js';
import { texts } from './language.js';
import { here, signInPath } from './router.js';
import { me } from './session.js';

const t = texts({
  home: ['Home', '首页'],
  friends: ['Friends', '朋友'],
  publish: ['Publish', '发布'],
  profile: ['Me', '我'],
  signIn: ['Sign in', '登录'],
  main: ['Main', '主导航'],
});

export function start() {
  const bar = document.getElementById('navigation');
  bar.setAttribute('aria-label', t('main'));
  hear('view', undefined, (path) => bar.replaceChildren(...destinations().map((to) => link(to, path))));
}

function destinations() {
  return [
    { path: '/', picture: 'home', text: t('home') },
    { path: '/friends', picture: 'friends', text: t('friends') },
    { path: '/publish', picture: 'plus', text: t('publish') },
    me() === null
      ? { path: '/login', to: signInPath(), picture: 'person', text: t('signIn') }
      : { path: `/user/${me()}`, picture: 'person', text: t('profile') },
  ];
}

function link({ path, to = path, picture, text }, present) {
  const isHere = present === path || (path !== '/' && present.startsWith(`${path}/`));
  return element(
    'a',
    { href: `#${to}`, class: `destination to-${picture}`, ariaCurrent: isHere && 'page', onclick: () => here() === to && tell('again', path) },
    icon(picture),
    element('span', {}, text),
  );
}
