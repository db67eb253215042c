// Encrypted logs, text as the tools print it, values that need more than a number.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Page, corpus, fixtures, hasCorpus, samples, withBrowser } from './page.mjs';

withBrowser();
const skip = !hasCorpus && 'no corpus beside the repository';
const file = (...parts) => path.join(corpus, ...parts);
const own = (...parts) => path.join(fixtures, ...parts);

test('an encrypted MySQL log names its key, refuses another and opens with its own', async () => {
  const p = await Page.open();
  await p.page.setInputFiles('[data-testid=open-file]', own('mysql-9.7-encrypted/ebin.000001'));
  await p.get('lock').waitFor();
  assert.match(await p.get('lock').innerText(), /needs the key MySQLReplicationKey_[0-9a-f-]{36}_\d+\./);
  const keyring = JSON.parse(fs.readFileSync(own('mysql-9.7-encrypted/component_keyring_file'), 'utf8'));
  for (const element of keyring.elements) element.data = 'AB'.repeat(element.data.length / 2);
  await p.page.setInputFiles('[data-testid=open-file]', {
    name: 'component_keyring_file', mimeType: 'text/plain', buffer: Buffer.from(JSON.stringify(keyring)),
  });
  await p.page.locator('[data-testid=lock]', { hasText: 'does not open it' }).waitFor();
  await p.page.setInputFiles('[data-testid=open-file]', own('mysql-9.7-encrypted/component_keyring_file'));
  await p.transactions().first().waitFor();
  await p.idle();
  assert.match(await p.get('summary').innerText(), /checksums ok/);
  assert.equal((await p.metrics()).events, 25);
  assert.equal((await p.metrics()).rows, 6);
  await p.close();
});

test('a MariaDB log is read up to its encryption, then opens with the key file', async () => {
  const p = await Page.open();
  await p.pick(own('mariadb-10.11-encrypted/ebin.000001'));
  await p.get('lock').waitFor();
  assert.match(await p.get('lock').innerText(), /needs the key 1\./);
  assert.match(await p.get('summary').innerText(), /encrypted/);
  await p.drop(own('mariadb-10.11-encrypted/keys.txt'));
  await p.page.locator('[data-testid=lock]').waitFor({ state: 'detached' });
  await p.idle();
  assert.equal((await p.metrics()).events, 24);
  assert.match(await p.get('summary').innerText(), /checksums ok/);
  // An encrypted event's own bytes are shown decrypted.
  await p.showEvents();
  await p.rows().nth(10).click();
  await p.idle();
  assert.ok((await p.get('hexdump').innerText()).length > 0);
  await p.close();
});

test('an encrypted key file asks for its password', async () => {
  const p = await Page.open();
  const keys = path.join(fixtures, 'keys/mariadb-keys.enc');
  await p.open(own('mariadb-10.11-encrypted/ebin.000001'), keys);
  assert.match(await p.get('key-fault').innerText(), /needs the password/);
  await p.get('key-password').fill('wrong');
  await p.page.keyboard.press('Enter');
  await p.page.locator('[data-testid=key-fault]', { hasText: 'does not open' }).waitFor();
  await p.get('key-password').fill('secret');
  await p.page.keyboard.press('Enter');
  await p.page.locator('[data-testid=lock]').waitFor({ state: 'detached' });
  await p.idle();
  assert.equal((await p.metrics()).events, 24);
  await p.close();
});

test('the text of a transaction and of an event is that of mysqlbinlog', async () => {
  const p = await Page.open();
  await p.open(path.join(samples, 'mysql-9.7.binlog'));
  const tool = fs.readFileSync(path.join(fixtures, 'samples/mysql-9.7.mysqlbinlog'), 'utf8').split('\n');
  await p.transactions().nth(5).click();
  await p.page.keyboard.press('x');
  await p.page.locator('[data-testid=as-text]', { hasText: 'COMMIT' }).waitFor();
  const text = await p.get('as-text').innerText();
  assert.match(text, /^# at \d+\n/);
  const rows = text.split('\n').filter((l) => l.startsWith('###') || l.startsWith('# at'));
  assert.ok(rows.length > 3, text);
  for (const line of rows) assert.ok(tool.includes(line), line);
  await p.showEvents();
  await p.rows().first().click();
  await p.page.keyboard.press('x'); // events keep a tab of their own
  await p.page.locator('[data-testid=as-text]', { hasText: 'Start: binlog v 4' }).waitFor();
  await p.close();
});

test('a geometry is shown as text, what an after-image leaves out as unchanged', { skip }, async () => {
  const p = await Page.open();
  await p.open(file('mysql-9.7/all-types.000003'));
  await p.get('filter').fill('table:lab.geo op:insert');
  await p.page.keyboard.press('Enter');
  await p.idle();
  await p.transactions().first().click();
  await p.idle();
  assert.match(await p.get('row-diff').first().innerText(), /SRID=4326;POINT\(1 2\)/);
  await p.close();
  const q = await Page.open();
  await q.open(file('mariadb-11.8/row-images-vector-ddl.000002'));
  await q.get('filter').fill('table:lab.wide op:update');
  await q.page.keyboard.press('Enter');
  await q.idle();
  await q.transactions().first().click();
  await q.idle();
  const merged = q.page.locator('[data-cell=unchanged]');
  assert.ok((await merged.count()) > 3);
  assert.equal(await merged.nth(0).getAttribute('title'), 'Not in the after-image: unchanged');
  await q.close();
});
