// What page and worker say to each other cannot be read: the user is told, and nothing waits for ever.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Page, samples, withBrowser } from './page.mjs';

withBrowser();

const mysql = path.join(samples, 'mysql-9.7.binlog');

/** Opens a log, sees that page and worker do not understand each other, and works again after a reload. */
async function isToldAndReloads(p, why, { undo }) {
  await p.get('open-file').setInputFiles(mysql);
  await p.get('error').waitFor();
  const text = await p.get('error').innerText();
  assert.match(text, /do not understand each other/);
  assert.match(text, why);
  assert.match(text, /reload the page/);
  assert.equal(await p.get('error').getAttribute('role'), 'alert');
  // Nothing is pending behind it.
  await p.idle();
  await undo();
  await p.get('reload').click();
  await p.get('drop-zone').waitFor();
  await p.open(mysql);
  assert.match(await p.get('integrity').innerText(), /checksums ok/);
  await p.close();
}

const stub = (body) => (route) => route.fulfill({ contentType: 'text/javascript', body });

for (const [name, posted, why] of [
  ['an older worker', '[new Uint8Array([0, 3])]', /2 bytes/],
  ['a worker of another build', '[new Uint8Array(64).fill(7)]', /two different builds/],
  ['no worker of ours', '"hello"', /no list/],
  ['a worker that posts no bytes', '["hello"]', /no bytes/],
]) {
  test(`${name} is told from ours`, async () => {
    const p = await Page.open();
    await p.context.route('**/worker_boot.js', stub(`postMessage(${posted});`));
    await isToldAndReloads(p, why, { undo: () => p.context.unroute('**/worker_boot.js') });
  });
}

test('a reply that is cut short is an error, not a silence', async () => {
  const p = await Page.open();
  // Our worker, but its second message loses its last byte.
  const body = `
    import init from "./worker.js";
    const post = self.postMessage.bind(self);
    let posted = 0;
    self.postMessage = (message, transfer) => {
      if (++posted === 2) post([message[0].slice(0, -1)]);
      else post(message, transfer);
    };
    init({ module_or_path: "./worker_bg.wasm" });`;
  await p.context.route('**/worker_boot.js', stub(body));
  await isToldAndReloads(p, /cannot be read/, { undo: () => p.context.unroute('**/worker_boot.js') });
});

test('a request that is cut short is an error, not a silence', async () => {
  const p = await Page.open();
  await p.page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, transfer) {
      post.call(this, [message[0].slice(0, -1), ...message.slice(1)], transfer);
    };
  });
  await isToldAndReloads(p, /cannot be read/, { undo: () => {} });
});

test('a worker whose program does not start leaves a message and a way on', async () => {
  const p = await Page.open();
  await p.context.route('**/worker_bg.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: 'no program' }));
  await p.get('open-file').setInputFiles(mysql);
  await p.get('error').waitFor();
  assert.match(await p.get('error').innerText(), /The reader stopped/);
  await p.context.unroute('**/worker_bg.wasm');
  await p.page.getByRole('button', { name: 'Try again' }).click();
  await p.transactions().first().waitFor();
  p.problems = p.problems.filter((text) => !/WebAssembly/.test(text));
  await p.close();
});
