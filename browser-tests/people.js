// People who use the API without a browser: what a test finds already done, and what others do meanwhile.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

export const password = 'correct-horse';

/** Registers somebody at the server. */
export async function register(server, name) {
  const { user_id: id, token } = await call(server, 'POST', 'user/register', { username: name, password });
  return new Person(server, id, name, token);
}

class Person {
  #server;
  #token;

  constructor(server, id, name, token) {
    this.#server = server;
    this.#token = token;
    this.id = id;
    this.name = name;
  }

  /** What a browser remembers where this person is signed in. */
  get session() {
    return { user: this.id, token: this.#token };
  }

  /** Publishes the video at `path` and answers its id. */
  async publish(path, title) {
    const form = new FormData();
    form.set('data', new Blob([await readFile(path)]), 'video.mp4');
    form.set('title', title);
    await this.#do('publish/action', {}, form);
    const { video_list: [newest] } = await this.ask('publish/list', { user_id: this.id });
    return newest.id;
  }

  /** Deletes a video of one's own. */
  delete(video) {
    return this.#do('publish/delete', { video_id: video });
  }

  /** Changes the name, the signature or both. */
  edit(profile) {
    return this.#do('user/profile', profile);
  }

  like(video) {
    return this.#do('favorite/action', { video_id: video, action_type: 1 });
  }

  comment(video, text) {
    return this.#do('comment/action', { video_id: video, action_type: 1, comment_text: text });
  }

  follow(person) {
    return this.#do('relation/action', { to_user_id: person.id, action_type: 1 });
  }

  write(person, content) {
    return this.#do('message/action', { to_user_id: person.id, action_type: 1, content });
  }

  logOutEverywhere() {
    return this.#do('user/logout/all', {});
  }

  /** What `GET /douyin/PATH/` answers this person. */
  ask(path, parameters = {}) {
    return call(this.#server, 'GET', path, { ...parameters, token: this.#token });
  }

  #do(path, parameters, body) {
    return call(this.#server, 'POST', path, { ...parameters, token: this.#token }, body);
  }
}

async function call(server, method, path, parameters, body) {
  const query = new URLSearchParams(parameters);
  const answer = await fetch(`${server.url}/douyin/${path}/?${query}`, { method, body });
  const envelope = await answer.json();
  assert.equal(envelope.status_code, 0, `${path}: ${envelope.status_msg}`);
  return envelope;
}
