//! Where a comment or a message is written.

import { element, iconButton } from '../dom.js';
import { texts } from '../language.js';
import { failed } from '../toast.js';

const t = texts({ send: ['Send', '发送'] });

/// The most characters of a comment, and of a message: the server says no to more.
const MOST = 1024;

/// How many characters before the end of the room it is told how much is left.
const NEAR = 100;

/// What was written and not sent, by where: it outlives the form.
const drafts = new Map();

/// A form with one field. Enter sends, Shift and Enter begins a line. `submit(text)` may promise: what it fails with is said, and the
/// text is back in the field; nothing more is sent until then. `place` says where
/// the text belongs, and whose it is.
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
  const room = element('output', { class: 'composer-room talk-small', ariaLive: 'polite' });
  // A tap on it leaves the focus in the field, and the keyboard of a phone open.
  const button = iconButton('send', t('send'), { type: 'submit', onmousedown: (event) => event.preventDefault() });
  const form = element('form', { class: 'composer', onsubmit: submitted }, field, room, button);
  let isSending = false;
  write(drafts.get(place) ?? '');

  function write(text) {
    field.value = text;
    edited();
  }

  function edited() {
    drafts.set(place, field.value);
    const length = [...field.value.trim()].length;
    room.value = length > MOST - NEAR ? `${length}/${MOST}` : '';
    field.ariaInvalid = String(length > MOST);
    button.disabled = isSending || length === 0 || length > MOST;
  }

  function pressed(event) {
    // Enter that ends the composition of a Chinese word is not meant for the form.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== COMPOSING) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  async function submitted(event) {
    event.preventDefault();
    if (button.disabled) {
      return;
    }
    const text = field.value.trim();
    isSending = true;
    write('');
    try {
      await submit(text);
    } catch (error) {
      field.value = joined(text, field.value);
      failed(error);
    }
    isSending = false;
    edited();
  }

  return form;
}

/// Puts a text that could not be sent before what is being written there.
export function keepDraft(place, text) {
  drafts.set(place, joined(text, drafts.get(place)));
}

/// What Safari says of keys that belong to a composition, instead of `isComposing`.
const COMPOSING = 229;

function joined(...written) {
  return written.filter(Boolean).join('\n');
}
