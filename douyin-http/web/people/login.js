//! Where people sign in and register.

import { element } from '../dom.js';
import { texts } from '../language.js';
import { go } from '../router.js';
import { enter, me } from '../session.js';
import { MEANS, field, form } from './field.js';
import { tabRow } from './tabs.js';

const t = texts({
  ways: ['Sign in or register', '登录或注册'],
  login: ['Sign in', '登录'],
  register: ['Register', '注册'],
  name: ['User name', '用户名'],
  password: ['Password', '密码'],
});

/// `#/login`, which comes back to `next`.
export function login({ query }) {
  if (me() !== null) {
    go(placeOf(query.get('next')), { replace: true });
    return { content: element('div'), title: t('login') };
  }
  let way;
  const name = field(t('name'), { name: 'username', autocomplete: 'username', autocapitalize: 'none', autofocus: true, refusals: MEANS.name });
  const password = field(t('password'), { name: 'password', type: 'password', refusals: MEANS.password });
  const entry = form({
    fields: [name, password],
    action: t('login'),
    submit: () => enter(way, name.input.value, password.input.value),
  });
  const panel = element('div', { id: 'panel-entry' }, entry.content);
  const ways = ['login', 'register'].map((key) => ({ key, text: t(key), panel }));
  const row = tabRow(t('ways'), ways, 'login', (key) => {
    way = key;
    entry.rename(t(key));
    password.input.autocomplete = key === 'register' ? 'new-password' : 'current-password';
    name.say('');
    password.say('');
  });
  const content = element('div', { class: 'page entry' }, element('h1', { class: 'brand' }, 'douyin'), row, panel);
  return { content, title: t('login') };
}

/// A place of this page, whatever a link to it says.
function placeOf(next) {
  return next?.startsWith('/') && !next.startsWith('/login') ? next : '/';
}
