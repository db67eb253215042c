// The inspector: byte ↔ field both ways, rows, payloads, references.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Page, TALL, samples, withBrowser } from './page.mjs';

withBrowser();
const mysql = path.join(samples, 'mysql-9.7.binlog');
const mariadb = path.join(samples, 'mariadb-10.11.binlog');

test('a byte shows its field: hover previews, click locks', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  await p.byte(8).hover();
  assert.match(await p.get('field-info').innerText(), /event_type[\s\S]*What the event is/);
  assert.match(await p.field('header.event_type').getAttribute('class'), /bi-hovered/);
  await p.byte(9).click();
  assert.equal(await p.field('header.server_id').getAttribute('aria-selected'), 'true');
  await p.page.mouse.move(5, 5);
  assert.match(await p.get('field-info').innerText(), /server_id/);
  assert.match(await p.get('status').innerText(), /events\[0\]\.header\.server_id[\s\S]*0x9 \(9\)[\s\S]*4 bytes/);
  assert.match(await p.byte(12).getAttribute('class'), /bi-locked/);
  assert.doesNotMatch(await p.byte(13).getAttribute('class'), /bi-locked/);
  await p.close();
});

test('a field shows its bytes', async () => {
  const p = await Page.open(TALL);
  await p.pick(mysql);
  await p.field('header.event_size').hover();
  for (const offset of [13, 16]) assert.match(await p.byte(offset).getAttribute('class'), /bi-hot/);
  await p.field('body.server_version').click();
  assert.match(await p.byte(25).getAttribute('class'), /bi-locked/);
  assert.match(await p.get('field-info').innerText(), /9\.7/);
  await p.close();
});

test('fields are stepped through, and flags unfold, by keyboard', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  await p.get('event-list').focus();
  await p.press(']');
  assert.match(await p.get('status-path').innerText(), /header\.timestamp$/);
  for (let i = 0; i < 5; i++) await p.press(']');
  assert.match(await p.get('status-path').innerText(), /header\.flags$/);
  await p.get('field-tree').focus();
  await p.press('ArrowRight');
  await p.press('ArrowDown');
  assert.match(await p.get('status-path').innerText(), /header\.flags\.BINLOG_IN_USE$/);
  await p.press('[');
  await p.press('Escape');
  assert.equal(await p.get('field-tree').locator('[aria-selected=true]').count(), 0);
  await p.close();
});

test('bytes are selected by keyboard, their number is shown', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  await p.byte(4).click();
  await p.get('hexdump').focus();
  for (let i = 0; i < 3; i++) await p.press('Shift+ArrowRight');
  assert.match(await p.get('status').innerText(), /4 bytes selected/);
  await p.press('ArrowRight');
  assert.match(await p.get('status-path').innerText(), /event_type/);
  await p.close();
});

test('rows: before and after, changed cells, NULL and absent', async () => {
  const p = await Page.open(TALL);
  await p.pick(mysql);
  await p.select('shop.customer: 3 rows');
  await p.get('tab-rows').click();
  const diff = p.get('row-diff');
  assert.match(await diff.innerText(), /insert\s+shop\.customer\s+3 rows/);
  assert.match(await diff.innerText(), /Łukasz Żółć/);
  assert.equal(await diff.locator('[data-cell=null]').count(), 1);
  await p.get('event-list').focus();
  const updates = p.rows().filter({ hasText: 'shop.product: 2 rows' });
  await updates.first().click();
  await p.idle();
  assert.equal(await diff.locator('[data-image=before]').count(), 2);
  const changed = await diff.locator('[data-image=after] [data-changed=true]').allInnerTexts();
  assert.ok(changed.some((t) => /11/.test(t)) && changed.some((t) => /299/.test(t)), changed.join());
  // A minimal image: what is not in it is not shown as NULL.
  const minimal = p.rows().filter({ hasText: 'shop.orders: 1 row' }).nth(1);
  await minimal.click();
  await p.idle();
  assert.ok((await diff.locator('[data-cell=absent]').count()) > 5);
  assert.equal(await diff.locator('[data-cell=null]').count(), 0);
  await p.close();
});

test('a long value is shown whole on demand', async () => {
  const p = await Page.open(TALL);
  await p.pick(mariadb);
  await p.select('shop.customer: 12 rows');
  await p.press('r');
  await p.get('row-diff').locator('.bi-long').first().focus();
  await p.press('Enter');
  const whole = await p.get('whole-value').innerText();
  assert.equal(whole.split('Nothing is known').length - 1, 10);
  await p.close();
});

test('a compressed transaction: its events below it, its bytes in a space of their own', async () => {
  const p = await Page.open(TALL);
  await p.pick(mysql);
  await p.select('TRANSACTION_PAYLOAD');
  const at = await p.selectedRow().getAttribute('data-pos');
  assert.match(await p.get('field-tree').innerText(), /payload[\s\S]*events[\s\S]*event\[0\]/);
  await p.select('shop.orders: 3 rows');
  assert.equal(await p.selectedRow().getAttribute('data-pos'), at);
  assert.match(await p.page.locator('.bi-event-title').innerText(), /of the payload/);
  await p.press('m');
  assert.match(await p.selectedRow().innerText(), /TABLE_MAP/);
  await p.press('m');
  assert.match(await p.selectedRow().innerText(), /TRANSACTION_PAYLOAD/);
  // A field inside the payload brings its unpacked bytes.
  await p.page.evaluate(() => { location.hash = location.hash.split('&field')[0] + '&field=body.payload.events.event[0].header.server_id'; });
  await p.idle();
  assert.match(await p.get('field-info').innerText(), /server_id[\s\S]*of the unpacked bytes/);
  assert.equal(await p.byte(5).innerText(), '0b');
  await p.close();
});

test('compressed events of MariaDB open too', async () => {
  const p = await Page.open(TALL);
  await p.pick(mariadb);
  await p.select('QUERY_COMPRESSED');
  assert.match(await p.get('field-tree').innerText(), /statement[\s\S]*create table visit/);
  await p.select('WRITE_ROWS_COMPRESSED_V1');
  await p.press('r');
  assert.match(await p.get('row-diff').innerText(), /12 rows[\s\S]*Guest 12/);
  await p.close();
});
