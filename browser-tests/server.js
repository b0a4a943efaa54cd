// The real server on a temporary folder with SQLite, as `douyin-http` without arguments would run it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program =
  process.env.DOUYIN_BROWSER_SERVER ?? fileURLToPath(new URL('../target/debug/douyin-http', import.meta.url));

/** Starts a server; `settings` are environment variables of it, beside those that every test has. */
export async function startServer(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'douyin-browser-'));
  const server = new Server(folder, settings);
  await server.start('127.0.0.1:0');
  return server;
}

class Server {
  #child;
  #folder;
  #settings;

  /** `http://127.0.0.1:PORT`, without a slash at the end; the same after a restart. */
  url;

  constructor(folder, settings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  async start(listen) {
    const child = spawn(program, {
      env: {
        ...surroundings(),
        DOUYIN_LISTEN: listen,
        DOUYIN_ADMIN_LISTEN: '',
        DOUYIN_DATA_DIR: this.#folder,
        DOUYIN_BCRYPT_COST: '4',
        DOUYIN_LOG: 'error',
        ...this.#settings,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    this.url = await readyUrl(child);
  }

  /** Ends it as a crash would. */
  async kill() {
    await end(this.#child, 'SIGKILL');
  }

  /** Starts it again after {@link kill}, on the same port and folder. */
  async startAgain() {
    await this.start(new URL(this.url).host);
  }

  async stop() {
    await end(this.#child, 'SIGKILL');
    await rm(this.#folder, { recursive: true });
  }
}

/** The environment without settings of a server that whoever runs the tests has. */
function surroundings() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DOUYIN_')));
}

/** How long a server may take until it is ready, in milliseconds. */
const longestStart = 120_000;

async function readyUrl(child) {
  const lines = createInterface({ input: child.stdout, signal: AbortSignal.timeout(longestStart) });
  try {
    for await (const line of lines) {
      const ready = /^douyin is ready on (http:\/\/\S+)$/.exec(line);
      if (ready) {
        return ready[1];
      }
    }
  } finally {
    lines.close();
    // What it says later must not fill the pipe.
    child.stdout.resume();
  }
  throw new Error(`${program} ended before it was ready, or was not within ${longestStart} ms`);
}

async function end(child, signal) {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
}
