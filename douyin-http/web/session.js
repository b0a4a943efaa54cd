//! Who is signed in. It outlives the page, and is the same in all its tabs.

import * as api from './api.js';
import { tell } from './changes.js';

const KEY = 'douyin.session';

let session = null;

/// The id of who is signed in, `null` where nobody is.
export function me() {
  return session?.user ?? null;
}

/// Registers, or signs in.
export async function enter(how, name, password) {
  const { user_id: user, token } = await (how === 'register' ? api.register : api.logIn)(name, password);
  keep({ user, token });
}

/// Changes the password, which ends all other sessions.
export async function changePassword(oldPassword, newPassword) {
  const { user_id: user, token } = await api.changePassword(oldPassword, newPassword);
  keep({ user, token });
}

/// Signs out here, or everywhere.
export async function leave({ everywhere = false } = {}) {
  await (everywhere ? api.logOutEverywhere : api.logOut)();
  keep(null);
}

/// Goes on with the session of the last visit.
export function resume() {
  take(read());
  api.whenSessionEnds(() => {
    if (session) {
      keep(null);
    }
  });
  addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) {
      take(read());
      tell('session');
    }
  });
  renewWhenDue();
  setInterval(renewWhenDue, 3_600_000);
}

/// Asks for another token in the second half of the life of this one.
async function renewWhenDue() {
  const { iat: issued, exp: expires } = claims(session?.token);
  if (!issued || Date.now() / 1000 < (issued + expires) / 2) {
    return;
  }
  try {
    const { user_id: user, token } = await api.renewToken();
    keep({ user, token }, { quietly: true });
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

function keep(next, { quietly = false } = {}) {
  if (next) {
    localStorage.setItem(KEY, JSON.stringify(next));
  } else {
    localStorage.removeItem(KEY);
  }
  take(next);
  if (!quietly) {
    tell('session');
  }
}

function take(next) {
  session = next;
  api.authorize(session?.token ?? '');
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}
