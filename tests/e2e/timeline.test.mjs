// The strip: zoom, move, select, narrow, switch, in both zones.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Page, corpus, fixtures, hasCorpus, samples, withBrowser } from './page.mjs';

withBrowser();
const log = hasCorpus ? path.join(corpus, 'mysql-9.7/shop-source.000008') : path.join(fixtures, 'mysql-9.7/workload.binlog');

const window = async (p) => (await p.get('timeline').getAttribute('data-window')).split('-').map(Number);
const width = async (p) => { const [a, b] = await window(p); return b - a; };
const box = (p) => p.get('timeline').locator('canvas').boundingBox();

test('keys zoom, move and fit', async () => {
  const p = await Page.open();
  await p.open(log);
  assert.ok(Number(await p.get('timeline').getAttribute('data-bars')) > 100);
  const whole = await window(p);
  await p.press('w');
  await p.press('w');
  const zoomed = await window(p);
  assert.ok(Math.abs((zoomed[1] - zoomed[0]) / (whole[1] - whole[0]) - 0.25) < 0.01, `${zoomed} of ${whole}`);
  await p.press('d');
  const moved = await window(p);
  assert.ok(moved[0] > zoomed[0] && Math.abs(moved[1] - moved[0] - (zoomed[1] - zoomed[0])) < 3);
  await p.press('a');
  await p.press('a');
  assert.ok((await window(p))[0] < moved[0]);
  await p.press('s');
  assert.ok((await width(p)) > zoomed[1] - zoomed[0]);
  await p.press('0');
  assert.deepEqual(await window(p), whole);
  await p.close();
});

test('the wheel zooms at the pointer; shift and drag moves', async () => {
  const p = await Page.open();
  await p.open(log);
  const strip = await box(p);
  const whole = await window(p);
  await p.page.mouse.move(strip.x + strip.width * 0.75, strip.y + 30);
  await p.page.mouse.wheel(0, -400);
  await p.idle();
  const zoomed = await window(p);
  const at = whole[0] + (whole[1] - whole[0]) * 0.75;
  const share = (at - zoomed[0]) / (zoomed[1] - zoomed[0]);
  assert.ok((await width(p)) < whole[1] - whole[0] && Math.abs(share - 0.75) < 0.02, `${share}`);
  await p.page.keyboard.down('Shift');
  await p.page.mouse.down();
  await p.page.mouse.move(strip.x + strip.width * 0.75 + 120, strip.y + 30, { steps: 4 });
  await p.page.mouse.up();
  await p.page.keyboard.up('Shift');
  assert.ok((await window(p))[0] < zoomed[0]);
  assert.equal(await p.get('range').count(), 0);
  await p.close();
});

test('a drag narrows the list and the overview; Esc shows all again', async () => {
  const p = await Page.open();
  await p.open(log);
  const all = await p.found();
  const strip = await box(p);
  await p.page.mouse.move(strip.x + strip.width * 0.5, strip.y + 30);
  await p.page.mouse.down();
  await p.page.mouse.move(strip.x + strip.width, strip.y + 40, { steps: 5 });
  assert.match(await p.get('timeline-tip').innerText(), / – /);
  await p.page.mouse.up();
  await p.idle();
  const some = await p.found();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  assert.match(await p.get('found').innerText(), /of/);
  await p.get('list-overview').click();
  await p.idle();
  assert.match((await p.get('overview').innerText()).replace(/\u202f/g, ''), new RegExp(`Transactions\\s+${some}`));
  await p.press('f');
  assert.ok((await width(p)) > 0);
  await p.press('Escape');
  assert.equal(await p.found(), all);
  assert.equal(await p.get('range').count(), 0);
  await p.close();
});

test('a click selects the transaction there; F goes to it', async () => {
  const p = await Page.open();
  await p.open(log);
  const strip = await box(p);
  const before = await p.selectedTransaction().getAttribute('data-n');
  await p.page.mouse.click(strip.x + strip.width * 0.6, strip.y + 60);
  await p.idle();
  const after = await p.selectedTransaction().getAttribute('data-n');
  assert.notEqual(after, before);
  const whole = await width(p);
  await p.press('f');
  assert.ok((await width(p)) < whole / 20);
  await p.close();
});

test('along bytes, by table, by transactions', async () => {
  const p = await Page.open();
  await p.open(log);
  await p.get('axis-bytes').click();
  await p.idle();
  const { bytes } = await p.metrics();
  assert.deepEqual(await window(p), [0, bytes]);
  const strip = await box(p);
  await p.page.mouse.click(strip.x + strip.width * 0.5, strip.y + 60);
  await p.idle();
  const pos = Number(await p.selectedTransaction().getAttribute('data-pos'));
  assert.ok(Math.abs(pos / bytes - 0.5) < 0.05, `${pos} of ${bytes}`);
  await p.get('stack-table').click();
  await p.idle();
  const legend = p.page.locator('.bi-strip-controls .bi-legend');
  assert.ok((await legend.allInnerTexts()).includes('shop.orders'));
  await legend.filter({ hasText: 'shop.orders' }).click();
  await p.idle();
  assert.equal(await p.get('filter').inputValue(), 'table:shop.orders');
  await p.get('measure-transactions').click();
  await p.idle();
  await p.page.mouse.move(strip.x + strip.width * 0.5, strip.y + 50);
  assert.match(await p.get('timeline-tip').innerText(), /transactions/);
  await p.close();
});

test('times are in UTC, or in the browser’s zone, and say so', async () => {
  const p = await Page.open({ timezoneId: 'Asia/Kolkata' });
  await p.open(path.join(samples, 'mysql-9.7.binlog'));
  const commit = () => p.transactions().first().locator('.bi-c-time').innerText();
  const utc = await commit();
  assert.equal(await p.get('zone').innerText(), 'UTC');
  await p.get('zone').click();
  assert.match(await p.get('zone').innerText(), /UTC\+05:30/);
  const seconds = (text) => text.match(/(\d+):(\d+):(\d+)/).slice(1).reduce((sum, n) => sum * 60 + Number(n), 0);
  assert.equal((seconds(await commit()) - seconds(utc) + 86_400) % 86_400, 5.5 * 3600);
  assert.match(await p.get('summary').innerText(), /UTC\+05:30/);
  await p.page.reload();
  await p.open(path.join(samples, 'mysql-9.7.binlog'));
  assert.match(await p.get('zone').innerText(), /05:30/);
  await p.close();
});

test('gaps in time fold', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open();
  await p.open(path.join(corpus, 'mysql-9.7/statement.000005'), path.join(corpus, 'mysql-9.7/shop-source.000008'));
  // A place in the last file, near the right edge either way: folded, much less time is shown there.
  const shown = async () => {
    const strip = await box(p);
    await p.page.mouse.move(strip.x + strip.width * 0.9, strip.y + 60);
    return (await p.get('timeline-tip').innerText()).split('\n')[0];
  };
  const before = await shown();
  await p.get('fold-gaps').check();
  await p.idle();
  assert.notEqual(await shown(), before);
  // The keys work though the box has the focus.
  await p.press('6');
  assert.equal(await p.get('files').count(), 1);
  await p.press('1');
  const strip = await box(p);
  await p.page.mouse.click(strip.x + strip.width - 5, strip.y + 60);
  await p.idle();
  const line = await p.selectedTransaction().innerText();
  assert.match(line, /shop|orders|customer/);
  await p.close();
});

test('it grows while the log is read', { skip: !process.env.LARGE_LOG && 'no large log' }, async () => {
  const p = await Page.open();
  await p.get('open-file').setInputFiles(process.env.LARGE_LOG);
  await p.get('timeline').waitFor();
  await p.idle();
  assert.ok(Number(await p.get('timeline').getAttribute('data-bars')) > 500);
  await p.close();
});
