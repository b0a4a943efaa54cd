//! Where people edit their own profile.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { texts } from '../language.js';
import { toast } from '../notices.js';
import { openSheet } from '../sheet.js';
import { MEANS, field, form } from './field.js';

const t = texts({
  title: ['Edit profile', '编辑资料'],
  name: ['User name', '用户名'],
  signature: ['Signature', '个性签名'],
  save: ['Save', '保存'],
  saved: ['Saved', '已保存'],
});

/// Opens a sheet in which the caller's profile is edited.
export function editProfile(user) {
  const name = field(t('name'), { most: 32, value: user.name, autocomplete: 'username', autocapitalize: 'none', refusals: MEANS.name });
  const signature = field(t('signature'), { most: 256, multiline: true, rows: 4, value: user.signature, refusals: MEANS.signature });
  const { content } = form({ fields: [name, signature], action: t('save'), submit });
  const sheet = openSheet({ title: t('title'), fill });

  function fill(body, signal) {
    body.append(content);
    hear('session', signal, () => sheet.close());
  }

  async function submit() {
    const typed = { name: name.input.value, signature: signature.input.value };
    const edits = Object.fromEntries(Object.entries(typed).filter(([key, text]) => text !== user[key]));
    if (edits.name === '') {
      // An empty name counts as one that is not given: alone, it is refused.
      delete edits.signature;
    }
    if (Object.keys(edits).length > 0) {
      tell('profile', await api.editProfile(edits));
      toast(t('saved'));
    }
    sheet.close();
  }
}
