// What no page may do, whatever it is tested for: complain, fail, ask another origin, violate the policy of its content.

import assert from 'node:assert/strict';

import { noted, noteFleeting } from './fleeting.js';

/** Collects what pages did that they may not do. */
export class Watch {
  #expected = [];
  #faults = [];

  /** Watches all pages that `context` is going to have; they may ask `origin` alone. */
  async begin(context, origin) {
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    await context.addInitScript(noteFleeting, noted);
    context.on('console', (message) => {
      if (['assert', 'error', 'warning'].includes(message.type())) {
        this.#faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (failed) => this.#faults.push(`page error: ${failed.error().message} ${failed.error().stack}`));
    context.on('page', (page) => page.on('websocket', (socket) => this.#faults.push(`websocket: ${socket.url()}`)));
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== origin) {
        this.#faults.push(`request to another origin: ${url}`);
      }
    });
  }

  /** Lets faults that match `pattern` pass, because the test causes them. */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  faults() {
    return this.#faults.filter((fault) => !this.#expected.some((pattern) => pattern.test(fault)));
  }

  assertFaultless() {
    assert.deepEqual(this.faults(), [], 'a page did what no page may do');
  }
}
