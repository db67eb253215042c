// `binlight open`: the page that the command serves shows the command's files.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Page, fixtures, samples, withBrowser } from './page.mjs';

withBrowser();

/** Runs the command and gives its address to `use`. */
async function served(files, use) {
  const command = spawn(process.env.BINLIGHT, ['open', '--no-browser', '--port', '0', ...files]);
  let said = '';
  command.stderr.on('data', (text) => (said += text));
  try {
    const line = await new Promise((resolve, reject) => {
      command.stdout.once('data', (text) => resolve(String(text)));
      command.once('exit', () => reject(new Error(said)));
    });
    await use(line.match(/http:\S+/)[0]);
  } finally {
    command.kill();
  }
}

async function shown(url) {
  const p = await Page.open({ base: url, wait: 'summary' });
  await p.transactions().first().waitFor();
  await p.idle();
  return p;
}

test('the files of the command are opened, read by ranges', async () => {
  await served([path.join(samples, 'mysql-9.7.binlog')], async (url) => {
    const p = await shown(url);
    const summary = await p.get('summary').innerText();
    assert.match(summary, /mysql-9\.7\.binlog/);
    assert.match(summary, /MySQL 9\.7/);
    assert.equal((await p.metrics()).events, 93);
    await p.showEvents();
    assert.match(await p.get('event-list').innerText(), /FORMAT_DESCRIPTION/);
    for (const asked of p.requests) assert.ok(asked.startsWith(url) || asked.startsWith('blob:'), asked);
    assert.ok(p.requests.some((asked) => asked === `${url}log/0`));
    await p.close();
  });
});

test('several files are one log, and a large one is read whole', async () => {
  const large = process.env.LARGE_LOG;
  await served([path.join(fixtures, 'mysql-9.7/workload.binlog'), large], async (url) => {
    const p = await shown(url);
    assert.match(await p.get('summary').innerText(), /and 1 more|2 files/);
    const metrics = await p.metrics();
    assert.ok(metrics.bytes > 64 * 1024 * 1024, String(metrics.bytes));
    await p.close();
  });
});

// A browser has six connections to a server: an answer that nobody reads to its end must not keep one.
test('more ranges than a browser has connections are read', { timeout: 60_000 }, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'binlight-'));
  try {
    const files = [1, 2, 3].map((n) => path.join(folder, `log.00000${n}`));
    for (const file of files) fs.copyFileSync(process.env.LARGE_LOG, file);
    await served(files, async (url) => {
      const p = await shown(url);
      assert.equal((await p.metrics()).bytes, 3 * fs.statSync(process.env.LARGE_LOG).size);
      // Searches that newer ones end let go of what they had asked for.
      for (let i = 0; i < 12; i++) {
        await p.get('filter').fill(`sql:"no statement says ${i}"`);
        await p.get('filter').press('Enter');
      }
      await p.idle();
      assert.equal(await p.transactions().count(), 0);
      await p.get('filter').fill('');
      await p.get('filter').press('Enter');
      await p.transactions().first().waitFor();
      await p.close();
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
