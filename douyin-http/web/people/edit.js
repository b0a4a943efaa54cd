//! Where people edit their own profile.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { element } from '../dom.js';
import { texts } from '../language.js';
import { toast } from '../notices.js';
import { openSheet } from '../sheet.js';
import { MEANS, field, form, picker } from './field.js';

const t = texts({
  title: ['Edit profile', '编辑资料'],
  name: ['User name', '用户名'],
  signature: ['Signature', '个性签名'],
  avatar: ['Avatar', '头像'],
  background: ['Background', '背景'],
  change: ['Change', '更换'],
  without: ['Remove', '移除'],
  save: ['Save', '保存'],
  saved: ['Saved', '已保存'],
});

export function editProfile(user) {
  const name = field(t('name'), { most: 32, value: user.name, autocomplete: 'username', autocapitalize: 'none', refusals: MEANS.name });
  const signature = field(t('signature'), { most: 256, multiline: true, rows: 4, value: user.signature, refusals: MEANS.signature });
  const pictures = [picture('avatar', user.avatar, user), picture('background', user.background_image, user)];
  const { content } = form({ fields: [name, signature], action: t('save'), submit });
  let ending;
  const sheet = openSheet({ title: t('title'), fill });

  function fill(body, signal) {
    content.prepend(...pictures.map((each) => each.content));
    body.append(content);
    ending = signal;
    signal.addEventListener('abort', () => pictures.forEach(({ end }) => end()));
    hear('session', signal, () => sheet.close());
  }

  async function submit() {
    const typed = { name: name.input.value, signature: signature.input.value };
    const edits = Object.fromEntries(Object.entries(typed).filter(([key, text]) => text !== user[key]));
    if (edits.name === '') {
      // An empty name counts as one that is not given: alone, it is refused.
      delete edits.signature;
    }
    for (const { save } of pictures) {
      await save(ending);
    }
    if (Object.keys(edits).length > 0) {
      tell('profile', await api.editProfile(edits));
    }
    toast(t('saved'));
    sheet.close();
  }
}

/// The caller's `avatar` or `background`. `save(signal)` makes it the one that was chosen.
function picture(which, url, { id }) {
  let file;
  const shown = element('img', { class: which, src: url, alt: '' });
  const bar = element('progress', { hidden: true, ariaLabel: t(which) });
  const wrong = element('p', { class: 'field-wrong', dir: 'auto' });
  const change = picker(t('change'), { kind: 'quiet', picture: 'file', accept: 'image/*', chosen });
  const remove = element('button', { class: 'button quiet', onclick: () => chosen(null) }, t('without'));

  function chosen(other) {
    end();
    file = other;
    shown.src = file ? URL.createObjectURL(file) : byDefault(which, BigInt(id));
    wrong.textContent = '';
  }

  const end = () => URL.revokeObjectURL(shown.src);

  async function save(signal) {
    if (file === undefined) {
      return;
    }
    bar.hidden = false;
    try {
      tell('profile', await api.setPicture(which, file, { progress: (sent) => (bar.value = sent), signal }));
      file = undefined;
    } catch (error) {
      wrong.textContent = error.message;
      throw error;
    } finally {
      bar.hidden = true;
    }
  }

  const content = element('fieldset', { class: 'buttons picture' }, element('legend', {}, t(which)), shown, change, remove, bar, wrong);
  return { content, save, end };
}

/// What the server has for whoever has none of their own.
function byDefault(which, id) {
  return new URL(`../../../media/default/${which}-${(id ^ (id >> 12n)) % 12n}.jpg`, import.meta.url);
}
