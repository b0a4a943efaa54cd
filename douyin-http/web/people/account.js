//! What people do with their own account.

import * as api from '../api.js';
import { element } from '../dom.js';
import { texts } from '../language.js';
import { go } from '../router.js';
import { changePassword, leave, me } from '../session.js';
import { toast } from '../toast.js';
import { busily } from '../waiting.js';
import { MEANS, field, form } from './field.js';
import { heading } from './heading.js';
import { profilePath } from './person.js';

const t = texts({
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

/// `#/account`
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
  const button = element('button', { type: 'button', class: 'button quiet', onclick: () => busily(button, out) }, text);

  async function out() {
    await leave(options);
    go('/login', { replace: true });
  }

  return button;
}
