//! Who is signed in. It outlives the page, and is the same in all its tabs. Where it ends elsewhere, the server's sentence is shown, once
//! for all requests that fail with it, and the router shows the view anew.

import * as api from './api.js';
import { tell } from './changes.js';
import { toast } from './notices.js';

const KEY = 'douyin.session';

let session = null;

/// Whether the browser keeps it: a page that may not store anything remembers it as long as it is open.
let isKept = true;

/// The id of who is signed in, `null` where nobody is.
export function me() {
  return session?.user ?? null;
}

/// Signs in by `login` or `register`.
export async function enter(how, name, password) {
  keep(await api[how](name, password));
}

/// Changes the password, which ends all other sessions.
export async function changePassword(oldPassword, newPassword) {
  keep(await api.changePassword(oldPassword, newPassword));
}

/// Signs out here, or everywhere. Here it cannot fail: a device that the server cannot be reached from forgets the session, too.
export async function leave({ everywhere = false } = {}) {
  try {
    await (everywhere ? api.logOutEverywhere : api.logOut)();
  } catch (error) {
    if (everywhere) {
      throw error;
    }
  }
  forget();
}

export function resume() {
  follow();
  api.whenSessionEnds(ended);
  addEventListener('storage', ({ key }) => (key === KEY || key === null) && follow());
  // A page that was put aside has heard nothing meanwhile, neither from other tabs nor from its own clock.
  addEventListener('pageshow', ({ persisted }) => persisted && follow());
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && check());
  setInterval(check, 3_600_000);
  check();
}

/// Finds out whether it has ended meanwhile, which lists for everybody do not tell, and renews it in the second half of its life.
async function check() {
  const present = session;
  const { iat: issued, exp: expires } = claims(present?.token);
  try {
    if (Date.now() / 1000 > (issued + expires) / 2) {
      const renewed = await api.renewToken();
      if (session === present) {
        keep(renewed);
      }
    } else if (present) {
      await api.profile();
    }
  } catch {
    // The present token is still good, and it is tried again in an hour; a session that has ended has told so itself.
  }
}

/// What a token says of itself. Only the server can tell whether it is true.
function claims(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return {};
  }
}

function ended(sentence) {
  const stored = isKept ? read() : null;
  if (stored && stored.token !== session.token) {
    // Another tab has a newer one already, which it was about to tell.
    take(stored);
  } else {
    toast(sentence);
    forget();
  }
}

function keep({ user_id: user, token }) {
  store(JSON.stringify({ user, token }));
  take({ user, token });
}

function forget() {
  store(null);
  take(null);
}

function follow() {
  if (isKept) {
    take(read());
  }
}

function take(next) {
  const before = me();
  session = next;
  api.authorize(session?.token ?? '', me());
  if (me() !== before) {
    tell('session');
  }
}

function store(text) {
  try {
    if (text === null) {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, text);
    }
  } catch {
    isKept = false;
  }
}

function read() {
  try {
    const { user, token } = JSON.parse(localStorage.getItem(KEY));
    return Number.isSafeInteger(user) && /^[\w.-]+$/.test(token) ? { user, token } : null;
  } catch {
    return null;
  }
}
