//! Elements, made without markup: whatever is said to them goes in as text.

/// Makes an element: `element('a', { class: 'name', href: '#/', onclick: go }, 'text', child)`. What the element has a property for
/// is set as one, everything else as an attribute; `null`, `undefined` and `false` are left out, in properties and in children.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  set(made, { type: tag === 'button' && 'button', ...properties });
  made.append(...children.flat().filter(isThere));
  return made;
}

/// Sets properties of an element as [`element`] does. Those of ARIA are attributes: older browsers know no properties of these names.
export function set(target, properties) {
  for (const [name, value] of Object.entries(properties).filter(([, value]) => isThere(value))) {
    if (name.startsWith('on')) {
      target.addEventListener(name.slice(2), value);
    } else if (/^aria[A-Z]/.test(name)) {
      target.setAttribute(`aria-${name.slice(4).toLowerCase()}`, value);
    } else if (name in target) {
      target[name] = value;
    } else {
      target.setAttribute(name, value === true ? '' : value);
    }
  }
}

/// Text in whichever direction it reads.
export function userText(text, properties = {}, tag = 'span') {
  return element(tag, { dir: 'auto', ...properties }, text);
}

export function iconButton(name, label, properties = {}) {
  return element('button', { ariaLabel: label, title: label, ...properties }, icon(name));
}

/// One of the pictures of [`PATHS`]; decoration, so whatever holds it has a name of its own.
export function icon(name) {
  const picture = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('class', `icon icon-${name}`);
  picture.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', PATHS[name]);
  picture.append(path);
  return picture;
}

function isThere(value) {
  return value !== null && value !== undefined && value !== false;
}

const SVG = 'http://www.w3.org/2000/svg';

/// Drawn for this program, on a square of 24.
const PATHS = {
  home: 'M3 11 12 3l9 8v10h-6v-6H9v6H3z',
  friends: 'M8 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm8 1a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1 20c0-4 3-7 7-7s7 3 7 7zm16 0h6c0-3-2-6-6-6z',
  plus: 'M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z',
  person: 'M12 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM3 22c0-5 4-8 9-8s9 3 9 8z',
  heart: 'M12 21 3.5 12.5a5.5 5.5 0 0 1 0-7.8 5.5 5.5 0 0 1 7.8 0l.7.7.7-.7a5.5 5.5 0 0 1 7.8 7.8z',
  comment: 'M12 3C6.5 3 2 6.6 2 11c0 2.5 1.5 4.8 3.8 6.2L5 21l4.6-2.2c.8.1 1.6.2 2.4.2 5.5 0 10-3.6 10-8s-4.5-8-10-8z',
  up: 'm12 7 8 8-1.5 1.5L12 10l-6.5 6.5L4 15z',
  down: 'm12 17-8-8 1.5-1.5L12 14l6.5-6.5L20 9z',
  back: 'm15 4 1.5 1.5L10 12l6.5 6.5L15 20l-8-8z',
  close: 'm6 4.5 6 6 6-6L19.5 6l-6 6 6 6-1.5 1.5-6-6-6 6L4.5 18l6-6-6-6z',
  sound: 'M4 9v6h4l5 5V4L8 9zm11-1.5v9a5 5 0 0 0 0-9zm0-3.5v2.1a7 7 0 0 1 0 11.8V20a9 9 0 0 0 0-16z',
  muted: 'M4 9v6h4l5 5V4L8 9zm12 .5L17.5 8l2 2 2-2L23 9.5l-2 2 2 2-1.5 1.5-2-2-2 2-1.5-1.5 2-2z',
  play: 'M7 4v16l13-8z',
  send: 'M3 4l19 8-19 8v-6l11-2-11-2z',
  trash: 'M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7z',
  edit: 'm4 16.5 11-11 3.5 3.5-11 11H4zM16.5 4 18 2.5 21.5 6 20 7.5z',
  camera: 'M3 6h12v4l6-3v10l-6-3v4H3z',
  file: 'M6 2h8l5 5v15H6zm7 1.5V8h4.5z',
};
