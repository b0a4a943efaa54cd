//! What is about to be published. It outlives the view: one may look around while it is uploaded, and nothing is lost by that.

import * as api from '../api.js';
import { hear, tell } from '../changes.js';
import { texts } from '../language.js';
import { failed, toast } from '../notices.js';
import { once } from '../once.js';
import { go, here } from '../router.js';
import { me } from '../session.js';

const t = texts({ published: ['Your video is published', '视频已发布'] });

const state = blank();

/// `{ file, title, refusal, upload }`: `upload` is `null`, or `{ sent, isWaiting, cancel }` with the part that was sent, from 0 to 1. Changes
/// are told as `upload`.
export function draft() {
  if (state.owner !== me()) {
    Object.assign(state, blank(), { owner: me() });
  }
  return state;
}

export function choose(file) {
  change({ file, refusal: '' });
}

export async function publish() {
  const { file, owner } = state;
  const title = state.title.trim();
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const cancel = () => cancelling.abort();
  // Whoever has signed in meanwhile has a draft of their own.
  const level = (what) => state.owner === owner && change(what);
  const progress = (sent) => change({ upload: { sent: sent ?? state.upload.sent, isWaiting: sent === null, cancel } });
  state.refusal = '';
  progress(0);
  addEventListener('beforeunload', warn);
  try {
    const works = async (ending) => (await api.works(owner, '', ending)).items;
    const newest = Math.max(0, ...(await works(signal)).map(({ id }) => id));
    const look = async () => (await works()).find((video) => video.id > newest && video.title === title);
    await once(file, () => api.publish(file, title, { progress, signal }), look);
  } catch (error) {
    level({ upload: null, refusal: signal.aborted ? '' : error.message });
    failed(error);
    return;
  } finally {
    removeEventListener('beforeunload', warn);
  }
  level({ ...blank(), owner });
  toast(t('published'));
  tell('published');
  if (here() === '/publish') {
    go('/');
  }
}

/// Who signs out stops what they were publishing.
hear('session', undefined, () => state.owner !== me() && state.upload?.cancel());

function blank() {
  return { owner: null, file: null, title: '', refusal: '', upload: null };
}

function change(what) {
  Object.assign(state, what);
  tell('upload');
}

function warn(event) {
  event.preventDefault();
}
