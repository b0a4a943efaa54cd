//! Where a comment or a message is written.

import { element, iconButton, set } from '../dom.js';
import { texts } from '../language.js';
import { failed } from '../notices.js';

const t = texts({ send: ['Send', '发送'] });

/// The most characters of a comment, and of a message: the server says no to more.
const MOST = 1024;

/// How many characters before the end of the room it is told how much is left.
const NEAR = 100;

/// What is written and not sent, by where: `{ text, isSending, show }`. It outlives the form; `show` is that of the newest one.
const drafts = new Map();

/// A form with one field. Enter sends, Shift and Enter begins a line. `submit(text)` may promise: until then the text stays as it is, and
/// for another attempt where it fails, which is said. `place` says where the text belongs, and whose it is.
export function composer({ place, label, submit }) {
  const field = element('textarea', {
    class: 'input',
    rows: 1,
    ariaLabel: label,
    placeholder: label,
    autocomplete: 'off',
    enterKeyHint: 'send',
    dir: 'auto',
    oninput: edited,
    onkeydown: pressed,
  });
  const room = element('output', { class: 'composer-room talk-small' });
  // A tap on it leaves the focus in the field, and the keyboard of a phone open.
  const button = iconButton('send', t('send'), { type: 'submit', onmousedown: (event) => event.preventDefault() });
  const form = element('form', { class: 'composer', onsubmit: submitted }, field, room, button);
  const draft = drafts.get(place) ?? { text: '', isSending: false };
  drafts.set(place, draft);
  draft.show = show;
  show();

  function edited() {
    draft.text = field.value;
    show();
  }

  function show() {
    if (field.value !== draft.text) {
      field.value = draft.text;
    }
    const length = [...draft.text.trim()].length;
    room.value = length > MOST - NEAR ? `${length}/${MOST}` : '';
    set(field, { ariaInvalid: String(length > MOST) });
    field.readOnly = draft.isSending;
    button.disabled = draft.isSending || length === 0 || length > MOST;
  }

  function pressed(event) {
    // Enter that ends the composition of a Chinese word is not meant for the form. Safari says 229 of it.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  async function submitted(event) {
    event.preventDefault();
    if (button.disabled) {
      return;
    }
    draft.isSending = true;
    draft.show();
    try {
      await submit(draft.text.trim());
      draft.text = '';
    } catch (error) {
      failed(error);
    }
    draft.isSending = false;
    draft.show();
  }

  return form;
}

/// Puts a text that could not be sent before what is being written there.
export function keepDraft(place, text) {
  const draft = drafts.get(place);
  draft.text = [text, draft.text].filter(Boolean).join('\n');
  draft.show();
}
