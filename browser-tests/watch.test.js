import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import { desktop, phone, startBrowser } from './browser.js';
import { Watch } from './watch.js';

// Pages of its own, which do what the client must not.
const pages = {
  '/': '<p>Nothing to see',
  '/unknown-picture': '<img src="/no-such-picture">',
  '/inline-script': '<script>document.title = "ran"</script>',
  '/failing-script': '<script src="/failing.js"></script>',
  '/elsewhere': '<img src="http://127.0.0.2:9/picture">',
  '/sound': '<script src="/sound.js"></script>',
};
const scripts = {
  '/failing.js': 'throw new Error("as wanted")',
  '/sound.js': 'document.title = new AudioContext().state',
};

let server;
let browser;
before(async () => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

function answer(request, response) {
  const script = scripts[request.url];
  const body = script ?? pages[request.url];
  response.statusCode = body === undefined ? 404 : 200;
  response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
  response.setHeader('content-security-policy', "default-src 'self'; img-src * data:");
  response.end(body && (script ?? `<!doctype html><link rel="icon" href="data:,">${body}`));
}

function origin() {
  return `http://127.0.0.1:${server.address().port}`;
}

async function faultsOf(path) {
  const context = await browser.newContext();
  const watch = new Watch();
  await watch.begin(context, origin());
  const page = await context.newPage();
  await page.goto(origin() + path);
  await context.close();
  return watch.faults().join('\n');
}

test('A page that does nothing wrong has no faults', async () => {
  assert.equal(await faultsOf('/'), '');
});

for (const [path, fault] of [
  ['/unknown-picture', /console error: .*404/],
  ['/inline-script', /policy violation: script-src/],
  ['/failing-script', /page error: .*as wanted/],
  ['/elsewhere', /request to another origin: http:\/\/127\.0\.0\.2:9\/picture/],
]) {
  test(`The fault of ${path} is found`, async () => {
    assert.match(await faultsOf(path), fault);
  });
}

for (const [name, options] of Object.entries({ phone, desktop })) {
  test(`On a ${name} sound does not begin by itself, as for everybody who opens the client`, async () => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`${origin()}/sound`);
    assert.equal(await page.title(), 'suspended');
    await context.close();
  });
}
