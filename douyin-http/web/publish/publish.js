//! `#/publish`: a video is chosen or recorded, seen, given a title, and uploaded.

import { hear } from '../changes.js';
import { element, icon, userText } from '../dom.js';
import { texts } from '../language.js';
import { field, picker } from '../people/field.js';
import { choose, draft, publish as upload } from './draft.js';
import { canRecord, recorder } from './recorder.js';

const t = texts({
  heading: ['Publish a video', '发布视频'],
  drop: ['Drag a video here, or', '将视频拖到这里，或'],
  choose: ['Choose a video', '选择视频'],
  record: ['Record a video', '录制视频'],
  preview: ['Preview', '预览'],
  noPreview: ['This browser cannot show it. It can be uploaded all the same.', '此浏览器无法预览，但仍可上传'],
  other: ['Choose another', '重新选择'],
  title: ['Title', '标题'],
  publish: ['Publish', '发布'],
  upload: ['Upload', '上传进度'],
  sending: ['{part}% sent. You can look around meanwhile.', '已上传 {part}%，期间可以浏览其他页面'],
  waiting: ['{part}% sent. Waiting for the network, then it goes on by itself.', '已上传 {part}%，等待网络恢复后自动继续'],
  looking: ['All sent. The server is looking at it…', '上传完成，服务器处理中…'],
  cancel: ['Cancel', '取消'],
});

/// The most characters of a title: the server says no to more.
const MOST = 1024;

export function publish({ signal }) {
  const stage = element('div', {});
  const content = element('div', { class: 'page publish' }, element('h1', {}, t('heading')), stage);
  let shown = null;
  show();
  hear('upload', signal, show);
  signal.addEventListener('abort', () => shown.end());
  // What misses the place for it would take the browser away.
  for (const what of ['dragover', 'drop']) {
    addEventListener(what, (event) => event.target.type === 'file' || event.preventDefault(), { signal });
  }

  /// Shows the part for what there is, and keeps it true.
  function show() {
    const { file } = draft();
    if (!shown || shown.file !== file) {
      const isFirst = !shown;
      shown?.end();
      shown = file ? form(file) : chooser();
      stage.replaceChildren(shown.content);
      if (!isFirst) {
        shown.content.querySelector('video, input, button').focus();
      }
    }
    shown.level();
  }

  function chooser() {
    const ending = new AbortController();
    const record = canRecord
      ? element('button', { class: 'button quiet', onclick: open }, icon('camera'), t('record'))
      : ask(t('record'), 'quiet', 'camera', { capture: 'user' });
    const place = element('div', { class: 'publish-drop' }, icon('file'), element('p', {}, t('drop')), ask(t('choose'), '', 'plus'), record);
    const part = element('div', {}, place);

    function open() {
      part.replaceChildren(recorder({ finished: choose, left, signal: ending.signal }));
    }

    function left() {
      part.replaceChildren(place);
      record.focus();
    }

    return { file: null, content: part, level: () => {}, end: () => ending.abort() };
  }

  return { content, title: t('heading') };
}

/// A button that asks the device for a video.
function ask(label, kind, picture, properties) {
  return picker(label, { kind, picture, chosen: choose, accept: 'video/*', ...properties });
}

/// A video that was chosen, with what is said about it and done with it.
function form(file) {
  const url = URL.createObjectURL(file);
  const preview = element('video', { class: 'publish-video', src: url, controls: true, loop: true, playsInline: true, ariaLabel: t('preview'), onerror });
  const name = element('p', { class: 'publish-file' }, userText(file.name));
  const title = field(t('title'), { most: MOST, multiline: true, rows: 3, value: draft().title, oninput: level });
  const refusal = element('p', { class: 'publish-refusal field-wrong', dir: 'auto' });
  const submit = element('button', { type: 'submit', class: 'button' }, t('publish'));
  const other = element('button', { class: 'button quiet', onclick: () => choose(null) }, t('other'));
  const bar = element('progress', { max: 100, ariaLabel: t('upload') });
  const words = element('p', { class: 'publish-file' });
  const cancel = element('button', { class: 'button quiet', onclick: () => draft().upload?.cancel() }, t('cancel'));
  const sending = element('div', { class: 'form publish-sending' }, bar, words, cancel);
  const buttons = element('div', { class: 'buttons' }, submit, other);
  const side = element('div', { class: 'form' }, title.content, refusal, buttons, sending);
  const content = element('form', { class: 'form publish-form', onsubmit: submitted }, element('div', {}, preview, name), side);
  let wasSending = false;

  function onerror() {
    preview.replaceWith(element('p', { class: 'publish-file' }, t('noPreview')));
  }

  function submitted(event) {
    event.preventDefault();
    upload();
    cancel.focus();
  }

  function level() {
    const present = draft();
    const isSending = present.upload !== null;
    present.title = title.input.value;
    title.input.readOnly = isSending;
    // Not to be told of it when all is sent.
    submit.disabled = [...present.title].length > MOST;
    refusal.textContent = present.refusal;
    buttons.hidden = isSending;
    sending.hidden = !isSending;
    if (isSending) {
      const { sent, isWaiting } = present.upload;
      bar.value = Math.floor(sent * 100);
      words.textContent = t(sent === 1 ? 'looking' : isWaiting ? 'waiting' : 'sending', { part: bar.value });
      // All of it has arrived: what is cancelled now may be published already.
      cancel.disabled = sent === 1 && !isWaiting;
    } else if (wasSending) {
      submit.focus();
    }
    wasSending = isSending;
  }

  return { file, content, level, end: () => URL.revokeObjectURL(url) };
}
