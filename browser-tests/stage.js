// What every file of tests begins with: a server, a browser, and tests whose pages are watched.

import { mkdir } from 'node:fs/promises';
import { after, test } from 'node:test';

import { desktop, startBrowser } from './browser.js';
import { startServer } from './server.js';
import { patience } from './until.js';
import { results } from './video.js';
import { Watch } from './watch.js';

/** So that a test which hangs fails instead, in milliseconds. */
const longestTest = 300_000;

/** Starts a server and a browser, and ends them after the tests of this file. `settings` are environment variables of the server. */
export async function setStage(settings) {
  const server = await startServer(settings);
  const browser = await startBrowser();
  after(async () => {
    await browser.close();
    await server.stop();
  });
  return new Stage(server, browser);
}

class Stage {
  constructor(server, browser) {
    this.server = server;
    this.browser = browser;
  }

  /** A test, which fails too where a page does what no page may do. `body` is given a {@link Scene}. `skip` says why it is not run. */
  test(name, body, { skip = false } = {}) {
    test(name, { skip, timeout: longestTest }, async () => {
      const scene = new Scene(this);
      try {
        await body(scene);
      } catch (error) {
        const faults = scene.watch.faults();
        await scene.keepPictures(name).catch(({ message }) => faults.push(`no pictures: ${message}`));
        throw faults.length === 0 ? error : new Error(`${error.message}\n${faults.join('\n')}`, { cause: error });
      } finally {
        await scene.end();
      }
      scene.watch.assertFaultless();
    });
  }
}

class Scene {
  #browser;
  #contexts = [];

  /** What the pages of this test may not do. */
  watch = new Watch();

  constructor({ browser, server }) {
    this.#browser = browser;
    this.server = server;
  }

  /** A browser of its own at `route`, such as `#/login`, where `as` is signed in and `prepare(context)` was called; the
   * other options are those of Playwright's `newContext`. */
  async open(route = '', { as, prepare = () => {}, ...options } = desktop) {
    const context = await this.#browser.newContext({
      baseURL: this.server.url,
      locale: 'en-US',
      storageState: { cookies: [], origins: as ? [remembering(this.server.url, as)] : [] },
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(patience);
    await this.watch.begin(context, this.server.url);
    await prepare(context);
    const page = await context.newPage();
    await page.goto(`/${route}`);
    return page;
  }

  /** Pictures of what a failed test saw last. */
  async keepPictures(name) {
    await mkdir(`${results}failed`, { recursive: true });
    const pages = this.#contexts.flatMap((context) => context.pages());
    const file = name.replaceAll(/\W+/g, '-');
    await Promise.all(pages.map((page, index) => page.screenshot({ path: `${results}failed/${file}-${index + 1}.png` })));
  }

  async end() {
    await Promise.all(this.#contexts.map((context) => context.close()));
  }
}

/** What the client keeps of a session, so that a test whose subject it is not need not sign in by hand. */
function remembering(origin, person) {
  return { origin, localStorage: [{ name: 'douyin.session', value: JSON.stringify(person.session) }] };
}
