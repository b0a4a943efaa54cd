//! Where people edit their own profile.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { texts } from '../language.js';
import { openSheet } from '../sheet.js';
import { toast } from '../toast.js';
import { field, form } from './field.js';
import { OF_NAMES, OF_SIGNATURES } from './refusal.js';

const t = texts({
  title: ['Edit profile', '编辑资料'],
  name: ['User name', '用户名'],
  signature: ['Signature', '个性签名'],
  save: ['Save', '保存'],
  saved: ['Saved', '已保存'],
});

/// How many characters the server takes.
const MOST = { name: 32, signature: 256 };

/// Opens a sheet in which the caller's profile is edited.
export function editProfile(user) {
  const name = field(t('name'), {
    most: MOST.name,
    value: user.name,
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: false,
    refusals: OF_NAMES,
  });
  const signature = field(t('signature'), { most: MOST.signature, multiline: true, rows: 4, value: user.signature, refusals: OF_SIGNATURES });
  const { content } = form({ fields: [name, signature], action: t('save'), submit });
  const sheet = openSheet({ title: t('title'), kind: 'beside', fill });

  function fill(body, signal) {
    body.append(content);
    hear('session', signal, () => sheet.close());
  }

  async function submit() {
    const edits = {};
    if (name.input.value !== user.name) {
      edits.name = name.input.value;
    }
    if (signature.input.value !== user.signature) {
      edits.signature = signature.input.value;
    }
    if (Object.keys(edits).length > 0) {
      tell('profile', await api.editProfile(edits));
      toast(t('saved'));
    }
    sheet.close();
  }
}
