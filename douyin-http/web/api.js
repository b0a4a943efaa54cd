//! The REST API: everything that is asked of the server is asked here, and nowhere else.

import { language, texts } from './language.js';

const t = texts({ unreachable: ['The server cannot be reached. Please try again.', '无法连接服务器，请重试'] });

/// Where the API is, seen from this file, which is at `{mount}/web/{version}/api.js`.
const BASE = new URL('../../douyin/', import.meta.url);

/// A request that failed: `message` is a sentence for people. `code` is the `status_code` of the answer, or [`UNREACHABLE`].
export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }

  /// Whether nobody is signed in, or not any more.
  get isSignedOut() {
    return this.code === NOT_SIGNED_IN || this.code === SESSION_ENDED;
  }

  /// Whether what was asked for may have been done all the same.
  get isDoubtful() {
    return this.code === UNREACHABLE || this.code >= UNAVAILABLE;
  }

  /// Whether what it was about does not exist, or not any more.
  get isNotThere() {
    return Math.floor(this.code / 1000) === NOT_FOUND;
  }
}

/// The `code` where there was no answer, or none of this API.
export const UNREACHABLE = 0;

const NOT_SIGNED_IN = 2001;
const SESSION_ENDED = 2002;

/// From this code on the server could not do what it should have done.
const UNAVAILABLE = 8000;

/// The thousands of all codes of their kind.
const NOT_FOUND = 4;

const caller = { token: '', user: null, ended: () => {} };

/// From now on requests are made with this token of a user; with none where it is empty.
export function authorize(token, user) {
  Object.assign(caller, { token, user });
}

/// Calls back, with what the server says to it, when the session of the present token has ended.
export function whenSessionEnds(callback) {
  caller.ended = callback;
}

/// A page of all videos, from those older than `latestTime` on.
export const feed = (latestTime, signal) => get('feed/', { latest_time: latestTime, hls: 1 }, signal);

export const register = (username, password) => post('user/register/', { username, password });
export const logIn = (username, password) => post('user/login/', { username, password });
export const logOut = () => post('user/logout/');
export const logOutEverywhere = () => post('user/logout/all/');

/// Another token of the same session.
export const renewToken = () => post('user/token/');

/// Ends all sessions and answers the token of a new one.
export const changePassword = (oldPassword, newPassword) =>
  post('user/password/', { old_password: oldPassword, new_password: newPassword });

/// Somebody, as only those who are signed in may ask; oneself where `user` is not given.
export const profile = async (user, signal) => (await get('user/', { user_id: user }, signal)).user;

/// Changes the caller's `name`, `signature` or both, and answers the user as they are then.
export const editProfile = async ({ name, signature }) =>
  (await post('user/profile/', { name, signature, clear: signature === '' ? 'signature' : undefined })).user;

/// A page of what a user published: `works(user, cursor, signal)`. So are the other lists asked for.
export const works = pages('publish/list/', 'video_list', { hls: 1 });

/// What a user likes.
export const likes = pages('favorite/list/', 'video_list', { hls: 1 });

/// Likes a video, or takes that back.
export const like = (video, on) => post('favorite/action/', { video_id: video, action_type: on ? 1 : 2 });

/// A page of the comments below a video.
export const comments = (video, cursor, signal) => page('comment/list/', 'comment_list', { video_id: video, cursor }, signal);

/// Adds a comment and answers it.
export const addComment = async (video, text) =>
  (await post('comment/action/', { video_id: video, action_type: 1, comment_text: text })).comment;
export const deleteComment = (video, comment) => post('comment/action/', { video_id: video, action_type: 2, comment_id: comment });

/// Follows a user, or takes that back.
export const follow = (user, on) => post('relation/action/', { to_user_id: user, action_type: on ? 1 : 2 });

/// Whom a user follows.
export const following = pages('relation/follow/list/', 'user_list');

/// Who follows a user.
export const followers = pages('relation/follower/list/', 'user_list');

/// Whom a user follows and is followed by, each with the newest message.
export const friends = pages('relation/friend/list/', 'user_list');

/// A page of the history with a user, oldest message first; the newest page, or the one before a cursor.
export const history = (user, cursor, signal) => page('message/chat/', 'message_list', { to_user_id: user, cursor }, signal);

/// The first messages with a user that are newer than an instant. A cursor says that there are more.
export const news = (user, since, signal) =>
  page('message/chat/', 'message_list', { to_user_id: user, pre_msg_time: since, include_self: 1 }, signal);

export const sendMessage = (user, content) => post('message/action/', { to_user_id: user, action_type: 1, content });

/// Uploads a video and publishes it. `progress` hears which part has been sent, from 0 to 1; `signal`
/// cancels it.
export function publish(file, title, { progress, signal }) {
  const form = new FormData();
  // The server checks the title before it takes the file.
  form.append('title', title);
  form.append('data', file);
  const { token } = caller;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', new URL('publish/action/', BASE));
    for (const [name, value] of Object.entries(headers())) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => resolve(request.responseText);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  }).then((text) => answered(text, token));
}

/// What promises a page of a list of a user.
function pages(path, list, parameters) {
  return (user, cursor, signal) => page(path, list, { user_id: user, cursor, ...parameters }, signal);
}

/// A page of a list: `{ items, cursor }`, where an empty cursor says that it was the last.
async function page(path, list, parameters, signal) {
  const answer = await get(path, { limit: PAGE, ...parameters }, signal);
  return { items: answer[list], cursor: answer.next_cursor };
}

/// How many entries of a list are asked for at a time.
const PAGE = 30;

function get(path, parameters, signal) {
  const url = new URL(path, BASE);
  url.search = new URLSearchParams(present(parameters));
  return send(url, { signal });
}

function post(path, parameters = {}) {
  return send(new URL(path, BASE), { method: 'POST', body: new URLSearchParams(present(parameters)) });
}

/// Without what is not given.
function present(parameters) {
  return Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
}

/// After so many milliseconds without an answer there is none. The server gives up on a request of its own before.
const PATIENCE = 30_000;

async function send(url, { signal, ...request }) {
  const { token, user } = caller;
  const waiting = new AbortController();
  const giveUp = () => waiting.abort();
  const patience = setTimeout(giveUp, PATIENCE);
  signal?.addEventListener('abort', giveUp);
  let text;
  try {
    const options = { ...request, signal: waiting.signal, headers: headers(), cache: 'no-store', credentials: 'omit' };
    text = await (await fetch(url, options)).text();
  } catch {
    signal?.throwIfAborted();
    throw unreachable();
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', giveUp);
  }
  // Nobody is to build a view of it that was left meanwhile.
  signal?.throwIfAborted();
  try {
    return answered(text, token);
  } catch (error) {
    // Another tab may have exchanged the token: nothing has ended, and nothing was done.
    if (error.isSignedOut && token && token !== caller.token && user === caller.user) {
      return send(url, { signal, ...request });
    }
    throw error;
  }
}

function headers() {
  const always = { 'Accept-Language': language };
  return caller.token ? { ...always, Authorization: `Bearer ${caller.token}` } : always;
}

/// What the answer to a request with a token says, whatever its HTTP status: the envelope is the same for all.
function answered(text, token) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw unreachable();
  }
  if (answer.status_code === 0) {
    return answer;
  }
  const error = new ApiError(answer.status_code, answer.status_msg);
  // Of a token that was exchanged meanwhile it says nothing about the present one.
  if (error.isSignedOut && token && token === caller.token) {
    caller.ended(error.message);
  }
  throw error;
}

function unreachable() {
  return new ApiError(UNREACHABLE, t('unreachable'));
}
