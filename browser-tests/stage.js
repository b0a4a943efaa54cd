// What every file of tests begins with: a server, a browser, and tests whose pages are watched.

import { mkdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { desktop, startBrowser } from './browser.js';
import { startServer } from './server.js';
import { results } from './video.js';
import { Watch } from './watch.js';

// Long, because everything may wait for two busy cores; nothing waits longer than it must.
const patience = 30_000;

/** Starts a server and a browser before the tests of this file and ends them afterwards. */
export function setStage(settings) {
  const stage = new Stage();
  before(async () => {
    stage.server = await startServer(settings);
    stage.browser = await startBrowser();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  return stage;
}

class Stage {
  /** The server of this file. */
  server;
  browser;

  /** A test, which fails too where a page does what no page may do. `body` is given a {@link Scene}. */
  test(name, body) {
    test(name, async () => {
      const scene = new Scene(this);
      try {
        await body(scene);
      } catch (error) {
        await scene.keepPictures(name);
        const faults = scene.watch.faults();
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

  /** Somebody's browser at `route`, such as `#/login`, with nothing remembered; `options` are those of Playwright's `newContext`. */
  async open(route = '', options = desktop) {
    const context = await this.#browser.newContext({ baseURL: this.server.url, locale: 'en-US', ...options });
    this.#contexts.push(context);
    context.setDefaultTimeout(patience);
    await this.watch.begin(context, this.server.url);
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
