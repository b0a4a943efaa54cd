//! Which view is shown, by the fragment of the address: `#/user/12`. The back button works, and the server needs one page.

import { hear, tell } from './changes.js';
import { set } from './dom.js';
import { amend, comeTo, turnFrom, whenSettled } from './entries.js';
import { texts } from './language.js';
import { failed, linkButton, notice, tryAgain } from './notices.js';
import { me } from './session.js';

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
  whenSettled(() => {
    if (!replace) {
      location.hash = path;
    } else if (path !== here()) {
      // Another entry, at the same place.
      amend({ entry: undefined, sheets: undefined }, path);
      dispatchEvent(new HashChangeEvent('hashchange'));
    }
  });
}

export function here() {
  return location.hash.slice(1) || '/';
}

/// Where somebody signs in, who then comes back.
export function signInPath() {
  return here().startsWith('/login') ? here() : `/login?next=${encodeURIComponent(here())}`;
}

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
  set(outlet, { ariaBusy: 'true' });
  tell('view', path);
  try {
    const { content, title } = await route.view({ params, query: new URLSearchParams(search), signal });
    if (signal.aborted) {
      return;
    }
    outlet.replaceChildren(content);
    comeTo(anew ? 0 : place, outlet, content, signal);
    // Said when it gets the focus.
    set(outlet, { ariaLabel: title ?? '' });
    document.title = title ? `${title} · douyin` : 'douyin';
    const focused = outlet.querySelector('[autofocus]') ?? (first ? null : outlet);
    focused?.focus({ preventScroll: true });
  } catch (error) {
    if (!signal.aborted) {
      failed(error);
      outlet.replaceChildren(notice(error.message, error.isNotThere ? null : wayOn(error)));
    }
  } finally {
    if (!signal.aborted) {
      set(outlet, { ariaBusy: 'false' });
    }
  }
}

function find(path) {
  const route = routes.find(({ pattern }) => pattern.test(path));
  return route && { route, params: route.pattern.exec(path).groups };
}

function wayOn(error) {
  return error.isSignedOut ? linkButton(signInPath(), t('signIn')) : tryAgain(() => show());
}
