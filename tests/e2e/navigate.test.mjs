// Getting about: list keys, go-to box, links, help, theme; a list past the browser's limits.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Page, TALL, samples, withBrowser } from './page.mjs';

withBrowser();
const mysql = path.join(samples, 'mysql-9.7.binlog');

test('the list by keyboard', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  await p.get('event-list').focus();
  const no = async () => Number(await p.selectedRow().getAttribute('data-no'));
  await p.press('ArrowDown');
  assert.equal(await no(), 1);
  await p.press('PageDown');
  assert.ok((await no()) > 10);
  await p.press('PageUp');
  assert.equal(await no(), 1);
  await p.press('End');
  const last = await no();
  assert.equal(last + 1, (await p.metrics()).events);
  await p.press('ArrowUp');
  assert.equal(await no(), last - 1);
  await p.press('Home');
  assert.equal(await no(), 0);
  await p.press('.');
  await p.press('.');
  await p.press(',');
  assert.equal(await no(), 1);
  await p.close();
});

test('the go-to box takes offsets and numbers, and says what it does not take', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  await p.goTo('130');
  assert.equal(await p.selectedRow().getAttribute('data-pos'), '127');
  await p.goTo('0x4');
  assert.equal(await p.selectedRow().getAttribute('data-pos'), '4');
  await p.goTo('#7');
  assert.equal(await p.selectedRow().getAttribute('data-no'), '7');
  await p.goTo('+1');
  assert.equal(await p.selectedRow().getAttribute('data-no'), '7');
  await p.goTo('nonsense');
  assert.match(await p.get('notice').innerText(), /no place/);
  await p.goTo('99999999');
  assert.match(await p.get('notice').innerText(), /No event holds offset/);
  await p.close();
});

test('the view is in the link: reload, open the file again, be there', async () => {
  const p = await Page.open(TALL);
  await p.pick(mysql);
  await p.select('shop.customer: 3 rows');
  const pos = await p.selectedRow().getAttribute('data-pos');
  await p.field('body.column_count').click();
  await p.idle();
  const hash = new URL(p.page.url()).hash;
  assert.match(hash, new RegExp(`^#v1&file=mysql-9\\.7\\.binlog&pos=${pos}&view=events&field=body\\.column_count$`));
  await p.page.reload();
  assert.match(await p.get('deep-link').innerText(), new RegExp(`offset ${pos} of mysql-9\\.7`));
  await p.open(mysql);
  assert.equal(await p.selectedRow().getAttribute('data-pos'), pos);
  assert.match(await p.get('status-path').innerText(), /body\.column_count$/);
  await p.close();
});

test('back and forward walk through the events', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  await p.goTo('#3');
  await p.goTo('#9');
  await p.page.goBack();
  await p.idle();
  assert.equal(await p.selectedRow().getAttribute('data-no'), '3');
  await p.page.goForward();
  await p.idle();
  assert.equal(await p.selectedRow().getAttribute('data-no'), '9');
  await p.close();
});

test('help comes from the keys, and goes', async () => {
  const p = await Page.open();
  await p.press('?');
  assert.match(await p.get('help').innerText(), /Go to an offset, event/);
  await p.press('Escape');
  assert.equal(await p.get('help').count(), 0);
  await p.close();
});

test('the theme follows the system, then the user, and stays', async () => {
  const p = await Page.open({ colorScheme: 'dark' });
  const theme = () => p.page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), 'dark');
  await p.press('t');
  assert.equal(await theme(), 'light');
  await p.page.reload();
  await p.get('drop-zone').waitFor();
  assert.equal(await theme(), 'light');
  await p.close();
});

test('keyboard alone: open a sample, find a row, read it', async () => {
  const p = await Page.open();
  for (let i = 0; i < 12; i++) {
    await p.page.keyboard.press('Tab');
    if (await p.page.evaluate(() => document.activeElement.dataset.testid === 'sample')) break;
  }
  await p.page.keyboard.press('Enter');
  await p.transactions().first().waitFor();
  await p.press('2');
  await p.press('g');
  await p.page.keyboard.type('#1');
  await p.press('Enter');
  assert.ok(await p.page.evaluate(() => document.activeElement.dataset.testid === 'event-list'));
  while (!/WRITE_ROWS/.test(await p.selectedRow().innerText())) await p.press('ArrowDown');
  await p.press('r');
  assert.match(await p.get('row-diff').innerText(), /Ada Lovelace/);
  await p.close();
});

test('a list longer than any element may be high', { skip: !process.env.LARGE_LOG && 'no large log' }, async () => {
  const p = await Page.open();
  await p.pick(process.env.LARGE_LOG);
  const { events } = await p.metrics();
  assert.ok(events > 250_000, `${events} events`);
  await p.get('event-list').focus();
  await p.press('End');
  assert.equal(Number(await p.selectedRow().getAttribute('data-no')), events - 1);
  await p.goTo(`#${Math.floor(events / 2)}`);
  assert.equal(Number(await p.selectedRow().getAttribute('data-no')), Math.floor(events / 2));
  assert.ok(await p.selectedRow().isVisible());
  const drawn = await p.rows().count();
  assert.ok(drawn < 100, `${drawn} rows are drawn`);
  // The wheel moves by lines even where the scrollbar's pixel is many.
  const before = Number(await p.rows().first().getAttribute('data-no'));
  await p.get('event-list').hover();
  await p.page.mouse.wheel(0, 220);
  await p.idle();
  const moved = Number(await p.rows().first().getAttribute('data-no')) - before;
  assert.ok(moved > 0 && moved < 60, `moved by ${moved}`);
  await p.close();
});
