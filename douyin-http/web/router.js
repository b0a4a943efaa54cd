//! Which view is shown, by the fragment of the address: `#/user/12`. The back button works, and the server needs one page.

import { element } from './dom.js';
import { texts } from './language.js';
import { me } from './session.js';
import { hear, tell } from './changes.js';
import { comeTo, turnFrom } from './returning.js';
import { failed } from './toast.js';
import { tryAgain } from './waiting.js';

const outlet = document.getElementById('view');
const t = texts({ signIn: ['Sign in', '登录'] });
let routes = [];
let leaving = new AbortController();

/// Shows the view of the present address, and of every later one.
///
/// A route is `{ path: '/user/:id', view, signedIn }`. `view({ params, query, signal })` answers, or promises, `{ content, title }`;
/// `signal` is aborted when it is left. Where `signedIn` is set, who is not signed in is asked to.
export function start(table) {
  routes = table.map((route) => ({ ...route, pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`) }));
  addEventListener('hashchange', () => show());
  hear('session', undefined, () => show());
  hear('again', undefined, () => show({ anew: true }));
  show({ first: true });
}

/// Goes to an address, in place of the present one where `replace` is set.
export function go(path, { replace = false } = {}) {
  if (replace) {
    location.replace(`#${path}`);
  } else {
    location.hash = path;
  }
}

/// The present address, without its `#`.
export function here() {
  return location.hash.slice(1) || '/';
}

/// Where somebody signs in, who then comes back.
export function signInPath() {
  return here().startsWith(SIGN_IN) ? here() : `${SIGN_IN}?next=${encodeURIComponent(here())}`;
}

const SIGN_IN = '/login';

async function show({ first = false, anew = false } = {}) {
  const [path, search] = here().split('?');
  const found = find(path);
  if (!found) {
    go(routes[0].path, { replace: true });
    return;
  }
  const { route, params } = found;
  if (route.signedIn && !me()) {
    go(signInPath(), { replace: true });
    return;
  }
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const place = turnFrom(outlet);
  outlet.ariaBusy = 'true';
  tell('view', path);
  try {
    const { content, title } = await route.view({ params, query: new URLSearchParams(search), signal });
    if (signal.aborted) {
      return;
    }
    outlet.replaceChildren(content);
    comeTo(anew ? 0 : place, outlet, content, signal);
    // Said when it gets the focus.
    outlet.ariaLabel = title;
    document.title = title ? `${title} · douyin` : 'douyin';
    const focused = outlet.querySelector('[autofocus]') ?? (first ? null : outlet);
    focused?.focus({ preventScroll: true });
  } catch (error) {
    if (!signal.aborted) {
      failed(error);
      outlet.replaceChildren(again(error));
    }
  } finally {
    if (!signal.aborted) {
      outlet.ariaBusy = 'false';
    }
  }
}

function find(path) {
  for (const route of routes) {
    const match = route.pattern.exec(path);
    if (match) {
      return { route, params: { ...match.groups } };
    }
  }
  return null;
}

function again(error) {
  return element('div', { class: 'notice' }, element('p', { dir: 'auto' }, error.message), error.isNotThere ? null : wayOn(error));
}

function wayOn(error) {
  return error.isSignedOut ? element('a', { class: 'button', href: `#${signInPath()}` }, t('signIn')) : tryAgain(() => show());
}
