// Transactions: the list, sorting, unfolding, their rows, by mouse and by keyboard.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Page, TALL, corpus, fixtures, hasCorpus, samples, withBrowser } from './page.mjs';

withBrowser();
const mysql = path.join(samples, 'mysql-9.7.binlog');
const mariadb = path.join(samples, 'mariadb-10.11.binlog');

test('transactions are the first list; the first is selected and shows what it did', async () => {
  const p = await Page.open();
  await p.open(mysql);
  assert.equal(await p.transactions().count(), 17);
  assert.equal((await p.metrics()).transactions, 17);
  const first = p.selectedTransaction();
  assert.equal(await first.getAttribute('data-pos'), '246');
  assert.match(await first.getAttribute('data-gtid'), /^[0-9a-f-]{36}:133$/);
  assert.match(await p.get('row-diff').innerText(), /create database shop/);
  await p.close();
});

test('a transaction shows the rows of all its events, by table', async () => {
  const p = await Page.open(TALL);
  await p.open(mysql);
  await p.transactions().filter({ hasText: /:139/ }).click();
  await p.idle();
  const rows = p.get('row-diff');
  assert.match(await rows.innerText(), /3 rows/);
  assert.match(await rows.innerText(), /insert into orders[\s\S]*insert\s+shop\.orders\s+1 row[\s\S]*update product[\s\S]*update\s+shop\.product\s+2 rows/);
  assert.equal(await rows.locator('[data-image=before]').count(), 2);
  assert.equal(await rows.locator('[data-image=after]').count(), 3);
  const changed = await rows.locator('.bi-does-update[data-image=after] [data-changed=true]').allInnerTexts();
  for (const value of ['11', '299']) assert.ok(changed.some((t) => t.replace('▸', '') === value), changed.join());
  // From a group to its event, and back to the whole.
  await rows.getByRole('button', { name: /event #/ }).first().click();
  await p.idle();
  assert.match(await p.page.locator('.bi-event-title').innerText(), /WRITE_ROWS/);
  await p.get('to-transaction').click();
  await p.idle();
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:139$/);
  await p.close();
});

test('a transaction unfolds into its events', async () => {
  const p = await Page.open(TALL);
  await p.open(mysql);
  const tx = p.transactions().filter({ hasText: /:139/ });
  await tx.getByTestId('unfold').click();
  await p.idle();
  const events = p.get('transaction-list').locator('[data-no]');
  const texts = await events.allInnerTexts();
  assert.equal(texts.length, 9);
  assert.match(texts[0], /GTID/);
  assert.match(texts.at(-1), /XID/);
  await events.filter({ hasText: 'UPDATE_ROWS' }).click();
  await p.idle();
  assert.match(await p.page.locator('.bi-event-title').innerText(), /UPDATE_ROWS/);
  await tx.getByTestId('unfold').click();
  assert.equal(await events.count(), 0);
  await p.close();
});

test('sorting: the largest first, then the smallest, then as in the log', async () => {
  const p = await Page.open();
  await p.open(path.join(fixtures, 'mysql-9.7/workload.binlog'));
  const numbers = async () => (await p.transactions().evaluateAll((rows) => rows.map((r) => Number(r.dataset.n))));
  const cell = async (column) => p.transactions().evaluateAll((rows, c) => rows.map((r) => r.querySelector(`.bi-c-${c}`).innerText), column);
  const inLog = await numbers();
  await p.get('sort-rows').click();
  await p.idle();
  const falling = (await cell('rows')).map(Number);
  assert.deepEqual(falling, falling.toSorted((a, b) => b - a));
  await p.get('sort-rows').click();
  await p.idle();
  const rising = (await cell('rows')).map(Number);
  assert.deepEqual(rising, rising.toSorted((a, b) => a - b));
  assert.ok(rising[0] < falling[0]);
  await p.get('sort-size').click();
  await p.idle();
  const largest = await p.transactions().first().getAttribute('data-n');
  assert.notEqual(largest, '0');
  for (const other of ['open', 'commit']) {
    await p.get(`sort-${other}`).click();
    await p.idle();
    assert.ok((await p.transactions().count()) > 5);
  }
  await p.get('sort-gtid').click();
  await p.idle();
  assert.deepEqual(await numbers(), inLog);
  await p.close();
});

test('keyboard alone: move, unfold, read an event, fold', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.get('transaction-list').focus();
  for (let i = 0; i < 6; i++) await p.press('ArrowDown');
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:139$/);
  await p.press('ArrowRight');
  await p.press('ArrowDown');
  await p.press('ArrowDown');
  assert.match(await p.page.locator('.bi-event-title').innerText(), /QUERY/);
  await p.press('ArrowLeft');
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:139$/);
  await p.press('ArrowLeft');
  assert.equal(await p.get('transaction-list').locator('[data-no]').count(), 0);
  await p.press('.');
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:140$/);
  await p.press(',');
  await p.press('End');
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:148$/);
  await p.close();
});

test('the halves of an XA transaction lead to each other', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.transactions().filter({ hasText: 'XA prepared' }).click();
  await p.idle();
  await p.get('other-half').click();
  await p.idle();
  assert.match(await p.selectedTransaction().innerText(), /XA commit/);
  await p.get('other-half').click();
  await p.idle();
  assert.match(await p.selectedTransaction().innerText(), /XA prepared/);
  await p.close();
});

test('a transaction that the log cuts off is shown as far as it goes, and said', async () => {
  const p = await Page.open();
  const whole = fs.readFileSync(path.join(fixtures, 'mysql-9.7/workload.binlog'));
  await p.open({ name: 'cut.000001', bytes: whole.subarray(0, 1400) });
  const last = p.transactions().last();
  assert.equal(await last.getAttribute('data-end'), 'false');
  assert.match(await last.innerText(), /no end/);
  await p.filter('end:incomplete');
  assert.equal(await p.found(), 1);
  await p.get('list-findings').click();
  await p.idle();
  assert.match(await p.get('findings').innerText(), /1 transaction has no end/);
  await p.close();
});

test('the go-to box takes a GTID and a time', async () => {
  const p = await Page.open();
  await p.open(mysql);
  const gtid = await p.transactions().nth(5).getAttribute('data-gtid');
  await p.goTo(gtid);
  assert.equal(await p.selectedTransaction().getAttribute('data-gtid'), gtid);
  await p.goTo('2020-01-01');
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:133$/);
  await p.goTo('9-9-9');
  assert.match(await p.get('notice').innerText(), /not in this log/);
  await p.open(mariadb);
  const domain = await p.transactions().nth(3).getAttribute('data-gtid');
  await p.goTo(domain);
  assert.equal(await p.selectedTransaction().getAttribute('data-gtid'), domain);
  await p.close();
});

test('what changed inside a long text and a document is marked', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open(TALL);
  await p.open(path.join(corpus, 'mysql-9.7/all-types.000003'));
  await p.filter('op:update table:*json*');
  const any = (await p.found()) > 0;
  if (!any) await p.filter('op:update');
  let seen = false;
  for (let i = 0; i < Math.min(12, await p.transactions().count()) && !seen; i++) {
    await p.transactions().nth(i).click();
    await p.idle();
    const long = p.get('row-diff').locator('.bi-does-update [data-changed=true].bi-long').first();
    if ((await long.count()) === 0) continue;
    await long.click();
    await p.get('whole-value').locator('ins, del, [data-testid=json-diff] tr').first().waitFor();
    seen = true;
  }
  assert.ok(seen, 'an update of a long value');
  await p.close();
});

test('a relay log says where its events stand on the source', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open();
  await p.open(path.join(corpus, 'mysql-9.7/shop-relay.000002'));
  assert.match(await p.get('source-place').innerText(), /ends at \S+\.\d{6} \d+ on the source/);
  await p.close();
});

test('the shop of the corpus: as many transactions and rows as its server counted', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open();
  await p.open(path.join(corpus, 'mysql-9.7/shop-source.000008'));
  const { transactions, rows } = await p.metrics();
  const text = fs.readFileSync(path.join(corpus, 'mysql-9.7/shop-source.000008.mysqlbinlog'), 'utf8');
  assert.equal(transactions, text.match(/GTID_NEXT= '[0-9a-f]{8}/g).length);
  assert.equal(rows, text.match(/^### (INSERT INTO|UPDATE|DELETE FROM) /gm).length);
  await p.get('list-overview').click();
  await p.idle();
  for (const table of ['customer', 'orders']) {
    const line = await p.get('overview-tables').locator('tr').filter({ hasText: `shop.${table}` }).innerText();
    const count = (what) => (text.match(new RegExp(`^### ${what} \`shop\`\\.\`${table}\``, 'gm')) ?? []).length;
    const numbers = line.replace(/\u202f/g, '').split('\t').map((c) => c.trim());
    assert.deepEqual(numbers.slice(3, 6).map(Number), [count('INSERT INTO'), count('UPDATE'), count('DELETE FROM')], line);
  }
  await p.close();
});

test('a partial update of a document shows the changes, and the document they make', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open(TALL);
  await p.open(path.join(corpus, 'mysql-9.7/all-types.000003'));
  await p.filter('type:partial_update_rows');
  assert.equal(await p.found(), 3);
  let made = 0;
  for (let i = 0; i < 3; i++) {
    await p.transactions().nth(i).click();
    await p.idle();
    const changed = p.get('row-diff').locator('[data-image=after] [data-changed=true].bi-long').first();
    assert.match(await changed.innerText(), /JSON_(REPLACE|INSERT|REMOVE)\('\$/);
    await changed.click();
    if ((await p.get('partial-update').count()) === 0) continue;
    made += 1;
    assert.ok((await p.get('json-diff').locator('tr').count()) > 0);
  }
  assert.ok(made === 3, `${made} documents made`);
  await p.close();
});
