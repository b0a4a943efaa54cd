//! The REST API: everything that is asked of the server is asked here, and nowhere else.

import { language, texts } from './language.js';

const t = texts({
  unreachable: ['The server cannot be reached. Please try again.', '无法连接服务器，请重试'],
  lost: ['The file has changed or is gone. Please choose it again.', '文件已更改或丢失，请重新选择'],
});

/// Where the API is, seen from this file, which is at `{mount}/web/{version}/api.js`.
const BASE = new URL('../../douyin/', import.meta.url);

/// A request that failed: `message` is a sentence for people. `code` is the `status_code` of the answer, if there is
/// one, or [`UNREACHABLE`]: 4xxx says that something is not there, from 8000 on the server could not do what it should have done.
export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }

  /// Whether nobody is signed in, or not any more.
  get isSignedOut() {
    return SIGNED_OUT.includes(this.code);
  }

  /// Whether what was asked for may have been done all the same.
  get isDoubtful() {
    return this.code === UNREACHABLE || this.code >= 8000;
  }

  /// Whether what it was about does not exist, or not any more.
  get isNotThere() {
    return Math.floor(this.code / 1000) === 4;
  }
}

/// The `code` where there was no answer, or none of this API.
export const UNREACHABLE = 0;

const SIGNED_OUT = [2001, 2002];

const caller = { token: '', user: null, ended: () => {} };

/// From now on requests are made with this token of a user; with none where it is empty.
export function authorize(token, user) {
  Object.assign(caller, { token, user });
}

/// Calls back, with what the server says to it, when the session of the present token has ended.
export function whenSessionEnds(callback) {
  caller.ended = callback;
}

export const feed = (latestTime, signal) => get('feed/', { latest_time: latestTime, hls: 1 }, signal);

export const register = (username, password) => post('user/register/', { username, password });
export const login = (username, password) => post('user/login/', { username, password });
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

export const likes = pages('favorite/list/', 'video_list', { hls: 1 });

export const deleteVideo = (video) => post('publish/delete/', { video_id: video });

export const like = (video, on) => post('favorite/action/', { video_id: video, action_type: on ? 1 : 2 });

export const comments = (video, cursor, signal) => page('comment/list/', 'comment_list', { video_id: video, cursor }, signal);

export const addComment = async (video, text) =>
  (await post('comment/action/', { video_id: video, action_type: 1, comment_text: text })).comment;
export const deleteComment = (video, comment) => post('comment/action/', { video_id: video, action_type: 2, comment_id: comment });

export const follow = (user, on) => post('relation/action/', { to_user_id: user, action_type: on ? 1 : 2 });

export const following = pages('relation/follow/list/', 'user_list');

export const followers = pages('relation/follower/list/', 'user_list');

/// Whom a user follows and is followed by, each with the newest message.
export const friends = pages('relation/friend/list/', 'user_list');

/// A page of the history with a user, oldest message first; the newest page, or the one before a cursor.
export const history = (user, cursor, signal) => page('message/chat/', 'message_list', { to_user_id: user, cursor }, signal);

/// The first messages with a user that are newer than an instant. A cursor says that there are more.
export const news = (user, since, signal) =>
  page('message/chat/', 'message_list', { to_user_id: user, pre_msg_time: since, include_self: 1 }, signal);

export const sendMessage = (user, content) => post('message/action/', { to_user_id: user, action_type: 1, content });

/// Uploads a video and publishes it. `progress` hears which part was sent, from 0 to 1, or `null` while it waits for the network.
export function publish(file, title, watching) {
  // The title is checked before a file that is sent at once is taken.
  return file.size > LARGE ? inPieces(file, title, watching) : upload('publish/action/', { title, data: file }, watching);
}

/// Makes a picture the caller's `avatar` or `background`, none where it is `null`, and answers the user as they are then.
export const setPicture = async (which, file, watching) =>
  (await (file ? upload(`user/${which}/`, { data: file }, watching) : post('user/profile/', { clear: which }))).user;

function upload(path, parts, { progress, signal }) {
  const form = new FormData();
  Object.entries(parts).forEach((part) => form.append(...part));
  const { token } = caller;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', new URL(path, BASE));
    Object.entries(headers()).forEach((header) => request.setRequestHeader(...header));
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onload = () => resolve(request.responseText);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  }).then((text) => answered(text, token));
}

/// A file of more than so many bytes is sent in pieces of so many, which are kept while the network is away.
const [LARGE, PIECE] = [2 ** 23, 2 ** 20];

/// So many milliseconds, up to twice, after it was interrupted it goes on.
const PAUSE = 2_000;

/// The HTTP status where there is no such upload, and those below 500 that may pass.
const [GONE, LATER] = [404, [408, 409, 423, 429]];

/// By their files, what the server calls the uploads that were begun, and how much has arrived, if that is known.
const uploads = new WeakMap();

/// Sends a file by the protocol tus 1.0 and publishes it, however often that is interrupted. The server publishes no upload twice.
async function inPieces(file, title, { progress, signal }) {
  const begun = uploads.get(file) ?? {};
  uploads.set(file, begun);
  for (;;) {
    try {
      while (begun.arrived !== file.size) {
        await tus(file, begun, signal);
        progress(begun.arrived / file.size);
      }
      progress(1);
      return await post('publish/action/', { title, upload: begun.id }, { signal, patience: STORING });
    } catch (error) {
      if (!error.isDoubtful) {
        // What was refused may be gone, too; what was cancelled may be published.
        begun.arrived = signal.aborted ? begun.arrived : null;
        throw error;
      }
      progress(null);
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE * (1 + Math.random()));
        addEventListener('online', resolve, { once: true });
        signal.addEventListener('abort', resolve);
      });
    }
  }
}

/// Begins an upload, asks how much has arrived, or sends the next piece.
async function tus(file, begun, signal) {
  const { id, arrived } = begun;
  const [method, more, body] = !id
    ? ['POST', { 'Upload-Length': file.size }]
    : arrived === null
      ? ['HEAD']
      : ['PATCH', { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': arrived }, await read(file.slice(arrived, arrived + PIECE))];
  const { token } = caller;
  begun.arrived = null;
  const { answer, text } = await exchange(new URL(`upload/${id ?? ''}`, BASE), { method, more: { 'Tus-Resumable': '1.0.0', ...more }, body, signal });
  const said = answer.headers.get(id ? 'Upload-Offset' : 'Location');
  const isPassing = answer.ok || answer.status >= 500 || LATER.includes(answer.status);
  if (said) {
    Object.assign(begun, id ? { arrived: Number(said) } : { id: said.split('/').at(-1), arrived: 0 });
  } else if (id && isPassing) {
    throw unreachable();
  } else if (id && (answer.status === GONE || method === 'HEAD')) {
    // Where it cannot begin anew, that answer says why, as none to `HEAD` does.
    Object.assign(begun, { id: null, arrived: 0 });
  } else {
    answered(text, token, isPassing ? UNREACHABLE : null);
  }
}

/// Reads a piece before it is sent: sending one of a file that has changed fails as if the network did.
function read(piece) {
  return piece.arrayBuffer().catch(() => Promise.reject(new ApiError(null, t('lost'))));
}

function pages(path, list, parameters) {
  return (user, cursor, signal) => page(path, list, { user_id: user, cursor, ...parameters }, signal);
}

/// A page of a list: `{ items, cursor }`, where an empty cursor says that it was the last.
async function page(path, list, parameters, signal) {
  const answer = await get(path, { limit: PAGE, ...parameters }, signal);
  return { items: answer[list], cursor: answer.next_cursor };
}

const PAGE = 30;

function get(path, parameters, signal) {
  const url = new URL(path, BASE);
  url.search = new URLSearchParams(present(parameters));
  return send(url, { signal });
}

function post(path, parameters = {}, options = {}) {
  return send(new URL(path, BASE), { method: 'POST', body: new URLSearchParams(present(parameters)), ...options });
}

function present(parameters) {
  return Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
}

/// After so many milliseconds without an answer there is none. The server gives up before, but not on storing a large video.
const [PATIENCE, STORING] = [30_000, 600_000];

async function send(url, { signal, ...request }) {
  const { token, user } = caller;
  const { text } = await exchange(url, { signal, ...request });
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

async function exchange(url, { more, signal, patience = PATIENCE, ...request }) {
  signal?.throwIfAborted();
  const waiting = new AbortController();
  const giveUp = () => waiting.abort();
  const clock = setTimeout(giveUp, patience);
  signal?.addEventListener('abort', giveUp);
  try {
    const options = { ...request, signal: waiting.signal, headers: { ...headers(), ...more }, cache: 'no-store', credentials: 'omit' };
    const answer = await fetch(url, options);
    return { answer, text: await answer.text() };
  } catch {
    signal?.throwIfAborted();
    throw unreachable();
  } finally {
    clearTimeout(clock);
    signal?.removeEventListener('abort', giveUp);
  }
}

function headers() {
  const always = { 'Accept-Language': language };
  return caller.token ? { ...always, Authorization: `Bearer ${caller.token}` } : always;
}

/// What the answer to a request with a token says: the envelope is the same whatever the HTTP status. One without fails with this `code`.
function answered(text, token, code) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw unreachable(code);
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

function unreachable(code = UNREACHABLE) {
  return new ApiError(code, t('unreachable'));
}
