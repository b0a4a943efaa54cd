//! What people fill in, with what is wrong with it, and files.

import { element, icon, set } from '../dom.js';
import { busily } from '../notices.js';

/// The `status_code`s that mean a field.
export const MEANS = { name: [1004, 1010, 5001], password: [1005, 2003], oldPassword: [2004], signature: [1009] };

const MISSING = 1002;

let fields = 0;

/// A field. Where `most` is given, it shows how many characters were typed of so many; whether they are too many, the server says, with
/// one of the `refusals`.
export function field(label, { refusals, most, multiline = false, ...properties }) {
  fields += 1;
  const id = `field-${fields}`;
  const kind = multiline ? 'textarea' : 'input';
  const input = element(kind, { id, dir: 'auto', ariaInvalid: 'false', 'aria-describedby': `${id}-about`, ...properties });
  const wrong = element('span', { class: 'field-wrong', dir: 'auto' });
  const typed = most ? element('span', { class: 'field-count' }) : null;
  const about = element('span', { class: 'field-about', id: `${id}-about` }, wrong, typed);
  const content = element('div', { class: 'field' }, element('label', { htmlFor: id }, label), input, about);
  input.addEventListener('input', () => {
    say('');
    count();
  });
  count();

  function count() {
    if (typed) {
      const characters = [...input.value].length;
      typed.textContent = `${characters}/${most}`;
      typed.classList.toggle('too-many', characters > most);
    }
  }

  function say(sentence) {
    wrong.textContent = sentence;
    set(input, { ariaInvalid: String(sentence !== '') });
  }

  return { content, input, refusals, say };
}

/// A button that asks the device for a file, which `chosen` hears of.
export function picker(label, { kind, picture, chosen, ...properties }) {
  const onchange = ({ target }) => target.files[0] && chosen(target.files[0]);
  const input = element('input', { type: 'file', class: 'unseen', onchange, ...properties });
  return element('label', { class: `button ${kind}` }, icon(picture), label, input);
}

/// A form that is sent once at a time. `submit()` promises; what it fails with is said, and beside the field that is meant.
export function form({ fields, action, submit }) {
  const button = element('button', { class: 'button', type: 'submit' }, action);
  const content = element('form', { class: 'form', noValidate: true, onsubmit: submitted }, ...fields.map((field) => field.content), button);

  function submitted(event) {
    event.preventDefault();
    busily(button, send);
  }

  async function send() {
    fields.forEach(({ say }) => say(''));
    try {
      await submit();
    } catch (error) {
      const meant = fields.find(({ refusals }) => refusals.includes(error.code)) ?? (error.code === MISSING ? fields.find(({ input }) => input.value === '') : null);
      meant?.say(error.message);
      meant?.input.focus();
      throw error;
    }
  }

  return { content, rename: (text) => button.replaceChildren(text) };
}
