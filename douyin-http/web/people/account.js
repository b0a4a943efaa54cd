//! Signing in, and what people do with their own account.

import * as api from '../api.js';
import { element } from '../dom.js';
import { texts } from '../language.js';
import { busily, toast } from '../notices.js';
import { go } from '../router.js';
import { changePassword, enter, leave, me } from '../session.js';
import { MEANS, field, form } from './field.js';
import { heading, profilePath } from './person.js';
import { tabRow } from './tabs.js';

const t = texts({
  ways: ['Sign in or register', '登录或注册'],
  login: ['Sign in', '登录'],
  register: ['Register', '注册'],
  password: ['Password', '密码'],
  title: ['Account', '账号'],
  changing: ['Change password', '修改密码'],
  user: ['User name', '用户名'],
  old: ['Old password', '原密码'],
  fresh: ['New password', '新密码'],
  ends: ['All other devices are signed out.', '其他设备将退出登录'],
  changed: ['The password was changed', '密码已修改'],
  leave: ['Sign out', '退出登录'],
  everywhere: ['Sign out everywhere', '退出所有设备'],
});

export async function account({ signal }) {
  const user = await api.profile(me(), signal);
  const content = element(
    'div',
    { class: 'page account' },
    heading(t('title'), user.id),
    section(t('changing'), element('p', { class: 'muted' }, t('ends')), password(user)),
    section(t('leave'), exit(t('leave')), exit(t('everywhere'), { everywhere: true })),
    element('a', { href: new URL('../../../docs', import.meta.url) }, 'API'),
  );
  return { content, title: t('title') };
}

function section(title, ...content) {
  return element('section', { class: 'form' }, element('h2', {}, title), ...content);
}

function password(user) {
  // Password managers want to know whose it is.
  const name = element('input', { name: 'username', autocomplete: 'username', value: user.name, hidden: true, ariaLabel: t('user') });
  const old = field(t('old'), { type: 'password', autocomplete: 'current-password', refusals: MEANS.oldPassword });
  const fresh = field(t('fresh'), { type: 'password', autocomplete: 'new-password', refusals: MEANS.password });
  const { content } = form({ fields: [old, fresh], action: t('changing'), submit });
  content.prepend(name);

  async function submit() {
    await changePassword(old.input.value, fresh.input.value);
    toast(t('changed'));
    go(profilePath(user.id));
  }

  return content;
}

function exit(text, options) {
  const button = element('button', { class: 'button quiet', onclick: () => busily(button, out) }, text);

  async function out() {
    await leave(options);
    go('/login', { replace: true });
  }

  return button;
}

/// `#/login`, which comes back to `next`.
export function login({ query }) {
  if (me() !== null) {
    go(placeOf(query.get('next')), { replace: true });
    return { content: element('div'), title: t('login') };
  }
  let way;
  const name = field(t('user'), { name: 'username', autocomplete: 'username', autocapitalize: 'none', autofocus: true, refusals: MEANS.name });
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
