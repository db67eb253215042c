// Every real log beside the repository opens, shows events, bytes and rows, and complains of nothing.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Page, corpus, fixtures, hasCorpus, logs, withBrowser } from './page.mjs';

withBrowser();

test('the corpus opens, file by file', { skip: !hasCorpus && 'no corpus beside the repository' }, async () => {
  const p = await Page.open();
  let opened = 0;
  for (const folder of ['mysql-9.7', 'mariadb-10.11', 'mariadb-11.8', 'third-party']) {
    for (const log of logs(folder)) {
      const name = path.basename(log);
      await p.pick(log);
      // The keyring lies beside the encrypted log, comes after it and opens it.
      if (/\.index$|encrypted$/.test(name)) {
        assert.ok((await p.get('error').innerText()).length > 20, name);
        continue;
      }
      assert.equal(await p.get('error').count(), 0, name);
      const { events, rows } = await p.metrics();
      assert.ok(events > 0, name);
      assert.ok((await p.rows().count()) > 0, name);
      assert.ok((await p.get('hexdump').locator('[data-offset]').count()) > 0, name);
      if (rows > 0) {
        const line = p.rows().filter({ hasText: /: \d+ rows?$/ }).first();
        if ((await line.count()) > 0) {
          await line.click();
          await p.idle();
          await p.get('tab-rows').click();
          assert.ok((await p.get('row-diff').locator('[data-image]').count()) > 0, name);
        }
      }
      opened += 1;
    }
  }
  assert.ok(opened > 120, `${opened} logs opened`);
  await p.close();
});

test('a network capture is named for what it is', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open();
  await p.pick(path.join(corpus, 'replication-stream/mysql-9.7-semisync-gtid-dump.pcap'));
  assert.match(await p.get('error').innerText(), /network capture/);
  await p.close();
});

test('encrypted logs are named for what they are', async () => {
  const p = await Page.open();
  for (const n of [1, 2]) {
    await p.pick(path.join(fixtures, `mysql-9.7-encrypted/ebin.00000${n}`));
    assert.match(await p.get('error').innerText(), /encrypted/);
  }
  await p.close();
});

test('an encrypted MariaDB log says so where it begins', async () => {
  const p = await Page.open();
  await p.pick(path.join(fixtures, 'mariadb-10.11-encrypted/ebin.000001'));
  assert.match(await p.get('integrity').innerText(), /encrypted/);
  assert.match(await p.get('event-list').innerText(), /START_ENCRYPTION[\s\S]*E101/);
  await p.close();
});
