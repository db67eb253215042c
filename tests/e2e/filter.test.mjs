// The filter: what it finds, what it says is wrong, what it proposes.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Page, corpus, hasCorpus, samples, withBrowser } from './page.mjs';

withBrowser();
const mysql = path.join(samples, 'mysql-9.7.binlog');

test('terms, and, or, not', async () => {
  const p = await Page.open();
  await p.open(mysql);
  const cases = [
    ['table:orders op:delete', 2],
    ['op:ddl', 5],
    ['not op:ddl', 12],
    ['table:shop.product or op:statement', 8],
    ['end:xa-prepare or end:xa-commit', 2],
    ['gtid:*:import:*', 1],
    ['rows>=3', 4],
    ['rows:2..3', 4],
    ['type:transaction_payload', 1],
    ['fault:any', 0],
    ['', 17],
  ];
  for (const [text, count] of cases) {
    await p.filter(text);
    assert.equal(await p.found(), count, text);
    assert.equal(await p.transactions().count(), count, text);
  }
  await p.close();
});

test('text is found in statements that only the file has', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.filter('sql:"price * @discount"');
  assert.equal(await p.found(), 1);
  assert.match(await p.transactions().first().innerText(), /update product/);
  await p.filter('sql:"stock = stock - 1"');
  assert.equal(await p.found(), 1, 'a ROWS_QUERY event has it');
  await p.filter('"add column weight"');
  assert.equal(await p.found(), 1);
  await p.filter('nothing-has-this');
  assert.match(await p.get('transaction-list').locator('..').innerText(), /No transaction matches/);
  await p.get('filter-clear').click();
  await p.idle();
  assert.equal(await p.found(), 17);
  await p.close();
});

test('events are filtered too', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.get('list-events').click();
  await p.filter('table:customer');
  const types = await p.rows().locator('.bi-type').allInnerTexts();
  assert.ok(types.length >= 4 && types.every((t) => /TABLE_MAP|ROWS|QUERY/.test(t)), types.join());
  await p.filter('type:xid');
  assert.deepEqual([...new Set(await p.rows().locator('.bi-type').allInnerTexts())], ['XID']);
  await p.get('event-list').focus();
  await p.press('ArrowDown');
  await p.press('End');
  assert.match(await p.selectedRow().innerText(), /XID/);
  await p.close();
});

test('an error points at the character, and what was found stays', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.filter('op:delete');
  const before = await p.found();
  const cases = [
    ['tabel:x and', '0', /no field “tabel”/],
    ['rows>ten ', '5', /not a number/],
    ['(op:delete ', '0', /not closed/],
    ['op:delete time:yesterday ', '15', /not a time/],
  ];
  for (const [text, at, says] of cases) {
    await p.get('filter').fill(text);
    const error = p.get('filter-error');
    assert.equal(await error.getAttribute('data-at'), at, text);
    assert.match(await error.innerText(), says);
  }
  await p.get('filter').fill('op:delete');
  await p.get('filter').press('Enter');
  await p.idle();
  assert.equal(await p.found(), before);
  await p.close();
});

test('fields and names are proposed, and taken by keyboard', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.press('/');
  await p.page.keyboard.type('ta');
  assert.match(await p.get('filter-proposals').innerText(), /table:/);
  await p.page.keyboard.press('Tab');
  assert.equal(await p.get('filter').inputValue(), 'table:');
  await p.page.keyboard.type('cust');
  await p.page.keyboard.press('ArrowDown');
  await p.page.keyboard.press('Enter');
  await p.idle();
  assert.equal((await p.get('filter').inputValue()).trim(), 'table:shop.customer');
  assert.equal(await p.found(), 5, 'two definitions name it');
  await p.press('Escape');
  assert.ok(await p.page.evaluate(() => document.activeElement.dataset.testid === 'transaction-list'));
  await p.close();
});

test('filter, range and view are in the link', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.filter('op:delete');
  await p.get('transaction-list').focus();
  await p.press('Home');
  const gtid = await p.selectedTransaction().getAttribute('data-gtid');
  const hash = new URL(p.page.url()).hash;
  assert.match(hash, /filter=op:delete/);
  await p.page.reload();
  await p.open(mysql);
  assert.equal(await p.get('filter').inputValue(), 'op:delete');
  assert.equal(await p.selectedTransaction().getAttribute('data-gtid'), gtid);
  await p.close();
});

test('deletes of the shop: as many as its server’s tool prints', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open();
  const log = path.join(corpus, 'mysql-9.7/shop-source.000008');
  await p.open(log);
  const text = fs.readFileSync(`${log}.mysqlbinlog`, 'utf8');
  const transactions = text.split(/SET @@SESSION\.GTID_NEXT= '[0-9a-f]{8}/).slice(1);
  for (const [filter, pattern] of [['table:orders op:delete', /^### DELETE FROM `shop`\.`orders`/m], ['table:customer op:update', /^### UPDATE `shop`\.`customer`/m]]) {
    await p.filter(filter);
    assert.equal(await p.found(), transactions.filter((t) => pattern.test(t)).length, filter);
  }
  await p.close();
});
