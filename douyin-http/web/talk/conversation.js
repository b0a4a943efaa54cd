//! What two people say to each other, kept level with the server.
//!
//! Sending is answered without an id, so a message has to be found again among those that the server has. One request follows the
//! other: what was acknowledged before the server is asked for what is new is in that answer.

import * as api from '../api.js';
import { failed } from '../notices.js';
import { me } from '../session.js';

/// A message on its way is `{ text, state, isDoubtful }`: `waiting` for those before it, `sent` once the server has it, `unsent` where
/// it said no or nothing. Without an answer it is doubtful whether the server has it.
export class Conversation {
  #peer;
  #self = me();
  #hears;
  #known = new Set();
  /// The instant of the newest message; not 0, which asks for the newest page instead.
  #newest = 1;

  outgoing = [];

  /// `arrived(message, entry)` hears every new message, with the one on its way that it was; `changed(entry)` of every other change of
  /// one on its way, which ends as `replaced` by a message that reads otherwise, or `settled` without one.
  constructor(peer, hears) {
    this.#peer = peer;
    this.#hears = hears;
  }

  /// Promises the newest page of the history, or the one before `cursor`, oldest message first.
  async earlier(cursor, signal) {
    const page = await api.history(this.#peer, cursor, signal);
    return { items: page.items.filter((message) => this.#isNew(message)), cursor: page.cursor };
  }

  /// Writes a message, which `level` sends.
  write(text) {
    const entry = { text, state: 'waiting', isDoubtful: false };
    this.outgoing.push(entry);
    return entry;
  }

  /// Sends once more what was not sent, unless it has arrived after all.
  retry(entry) {
    this.#become(entry, 'waiting');
  }

  /// Sends what is waiting, and then asks for what is new. Fails where the server does not answer.
  async level(signal) {
    try {
      await this.#sendWaiting(signal);
    } catch (error) {
      this.outgoing.filter(isWaiting).forEach((entry) => this.#become(entry, 'unsent'));
      failed(error);
      throw error;
    }
    await this.#catchUp(signal);
  }

  async #sendWaiting(signal) {
    for (let entry = this.outgoing.find(isWaiting); entry; entry = this.outgoing.find(isWaiting)) {
      if (me() !== this.#self) {
        this.#become(entry, 'unsent');
        continue;
      }
      if (entry.isDoubtful) {
        await this.#catchUp(signal);
        if (!this.outgoing.includes(entry)) {
          continue;
        }
      }
      try {
        await api.sendMessage(this.#peer, entry.text);
        entry.isDoubtful = false;
        this.#become(entry, 'sent');
      } catch (error) {
        entry.isDoubtful ||= error.isDoubtful;
        this.#become(entry, 'unsent');
        if (error.code === api.UNREACHABLE) {
          throw error;
        }
        failed(error);
      }
    }
  }

  async #catchUp(signal) {
    const acknowledged = this.outgoing.filter(({ state }) => state === 'sent');
    let others = 0;
    let isMore = true;
    while (isMore) {
      const { items, cursor } = await api.news(this.#peer, this.#newest, signal);
      for (const message of items.filter((each) => this.#isNew(each))) {
        const isOwn = message.from_user_id === this.#self;
        const entry = isOwn ? this.#claim(message.content) : undefined;
        others += isOwn && !entry ? 1 : 0;
        this.#hears.arrived(message, entry);
      }
      isMore = cursor !== '';
    }
    for (const entry of acknowledged.filter((each) => this.outgoing.includes(each))) {
      this.#take(entry);
      // The server writes stars over some words, and may be set up to answer nobody their own messages.
      others -= 1;
      this.#become(entry, others >= 0 ? 'replaced' : 'settled');
    }
  }

  #isNew({ id, create_time: at }) {
    const isNew = !this.#known.has(id);
    this.#known.add(id);
    this.#newest = Math.max(this.#newest, at);
    return isNew;
  }

  /// Which of the messages on their way a new one was. What was acknowledged comes first: the server has it for certain.
  #claim(content) {
    const same = this.outgoing.filter(({ text }) => text === content);
    const entry = same.find(({ state }) => state === 'sent') ?? same.find(({ isDoubtful }) => isDoubtful);
    if (entry) {
      this.#take(entry);
    }
    return entry;
  }

  #take(entry) {
    this.outgoing.splice(this.outgoing.indexOf(entry), 1);
  }

  #become(entry, state) {
    entry.state = state;
    this.#hears.changed(entry);
  }
}

function isWaiting({ state }) {
  return state === 'waiting';
}
