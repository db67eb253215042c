// Overview, findings, GTIDs with the calculator, several files.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Page, TALL, corpus, damaged, fixtures, hasCorpus, samples, temporary, withBrowser } from './page.mjs';

withBrowser();
const mysql = path.join(samples, 'mysql-9.7.binlog');
const mariadb = path.join(samples, 'mariadb-10.11.binlog');
const uuid = 'a9fa2036-e4ee-11f1-807f-02fc00000001';

test('the overview counts, and leads to the rows of a table across the log', async () => {
  const p = await Page.open(TALL);
  await p.open(mysql);
  await p.press('3');
  const text = await p.get('overview').innerText();
  assert.match(text, /Transactions\s+17/);
  assert.match(text, /Definitions[\s\S]*create table customer/);
  assert.match(text, /Statements logged as text[\s\S]*UPDATE product SET price = price \* @discount/);
  const line = p.get('overview-tables').locator('tr').filter({ hasText: 'shop.product' });
  await line.getByTestId('table-rows').click();
  await p.idle();
  const rows = p.get('row-diff');
  assert.match(await rows.innerText(), /shop\.product/);
  const images = await rows.locator('[data-image]').count();
  assert.ok(images >= 7, `${images}`);
  await p.get('rows-back').click();
  await p.idle();
  assert.match(await rows.innerText(), /create database/);
  await line.getByRole('button', { name: 'shop.product' }).click();
  await p.idle();
  assert.equal(await p.get('filter').inputValue(), 'table:shop.product');
  await p.close();
});

test('findings lead to their places', async () => {
  const p = await Page.open();
  await p.open(damaged(mysql, (bytes) => void (bytes[1000] ^= 0xff)));
  await p.press('5');
  const checksum = p.get('findings').locator('[data-code=checksum]');
  assert.match(await checksum.innerText(), /1 event’s checksum does not match/);
  await checksum.getByTestId('finding-place').click();
  await p.idle();
  assert.match(await p.page.locator('.bi-event-title').innerText(), /E205/);
  await checksum.getByRole('button', { name: 'Show them' }).click();
  await p.idle();
  assert.equal(await p.get('filter').inputValue(), 'fault:any');
  assert.equal(await p.found(), 1);
  await p.close();
});

test('no false alarms: the samples are as they should be', async () => {
  const p = await Page.open();
  for (const file of [mysql, mariadb]) {
    await p.open(file);
    await p.press('5');
    const codes = await p.get('findings').locator('[data-code]').evaluateAll((all) => all.map((f) => f.dataset.code));
    assert.deepEqual(codes, ['ddl'], file);
  }
  await p.close();
});

test('GTIDs by source; a click on the strip selects the transaction', async () => {
  const p = await Page.open();
  await p.open(mysql);
  await p.press('4');
  const source = p.get('gtid-view').locator(`[data-source="${uuid}"]`);
  assert.equal(await source.getAttribute('data-inside'), '16');
  assert.match(await p.get('gtids-inside').innerText(), new RegExp(`${uuid}:133-148:import:2`));
  const strip = await source.getByTestId('gtid-strip').boundingBox();
  await p.page.mouse.click(strip.x + strip.width * 0.6, strip.y + 10);
  await p.idle();
  await p.press('1');
  assert.match(await p.selectedTransaction().getAttribute('data-gtid'), /:1(39|4[01])$/);
  await p.close();
});

test('a GTID strip zooms to one number', async () => {
  const p = await Page.open();
  await p.open(path.join(fixtures, 'mysql-9.7/workload.binlog'));
  await p.press('4');
  const strip = p.get('gtid-strip').first();
  const box = await strip.boundingBox();
  await p.page.mouse.move(box.x + box.width / 2, box.y + 8);
  for (let i = 0; i < 12; i++) await p.page.mouse.wheel(0, -400);
  await p.idle();
  const ends = (await p.get('gtid-view').locator('.bi-run-ends').first().innerText()).replace(/\u202f/g, '').match(/\d+/g).map(Number);
  assert.ok(ends[1] - ends[0] <= 5, ends.join());
  await p.close();
});

test('MariaDB: domains, and order that strict mode would refuse', async () => {
  const p = await Page.open();
  await p.open(mariadb);
  await p.press('4');
  const sources = await p.get('gtid-view').locator('[data-source]').evaluateAll((all) => all.map((s) => s.dataset.source));
  assert.deepEqual(sources.sort(), ['domain 0', 'domain 7']);
  const disorders = await p.get('gtid-disorders').count();
  assert.equal(disorders, 0);
  await p.close();
});

test('the calculator: what is missing, what is errant', async () => {
  const p = await Page.open(TALL);
  await p.open(mysql);
  await p.press('4');
  await p.get('set-a').fill(`${uuid}:1-148:import:1-2`);
  await p.get('set-b').fill(`${uuid}:1-140:142, 4e11fa47-71ca-11e1-9e33-c80aa9429562:1`);
  const calculator = p.get('gtid-calculator');
  await p.get('a-minus-b').waitFor();
  await p.idle();
  assert.match(await p.get('a-minus-b').innerText(), new RegExp(`${uuid}:141:143-148:import:1-2`));
  assert.match(await p.get('b-minus-a').innerText(), /4e11fa47-71ca-11e1-9e33-c80aa9429562:1/);
  assert.match(await p.get('a-in-b').innerText(), /0 \(no\)/);
  await p.get('a-minus-b').getByRole('button').click();
  await p.idle();
  assert.equal(await p.found(), 8, 'those of it that are in the log');
  await p.press('4');
  await p.get('set-a').fill(`${uuid}:1-148:9 oops`);
  await p.get('set-a-error').waitFor();
  await p.get('set-a-log').click();
  await p.idle();
  await calculator.locator('summary').click();
  assert.match(await p.get('executed-rows').innerText(), new RegExp(`${uuid}\\s+133\\s+148`));
  await p.get('set-a').fill('0-1-7,1-1-5');
  await p.get('set-b').fill('0-2-9');
  await p.get('domains').waitFor();
  assert.match(await p.get('domains').innerText(), /domain 0\s+7\s+9\s+A is 2 behind[\s\S]*domain 1[\s\S]*B has nothing/);
  await p.close();
});

/** The workload as three files of a server: cut between transactions, each with the same beginning. */
function threeFiles() {
  const bytes = fs.readFileSync(path.join(fixtures, 'mysql-9.7/workload.binlog'));
  const events = [];
  for (let at = 4; at < bytes.length; at += bytes.readUInt32LE(at + 9)) events.push([at, bytes[at + 4], bytes.readUInt32LE(at + 9)]);
  const gtids = events.filter(([, type]) => type === 33).map(([at]) => at);
  const head = bytes.subarray(0, gtids[0]);
  const cut = [gtids[0], gtids[20], gtids[40], bytes.length];
  const folder = temporary();
  return cut.slice(0, 3).map((from, i) => {
    const file = path.join(folder, `mybin.00000${i + 1}`);
    const stop = i === 2 ? bytes.subarray(from, cut[i + 1]) : Buffer.concat([bytes.subarray(from, cut[i + 1])]);
    fs.writeFileSync(file, i === 0 ? bytes.subarray(0, cut[1]) : Buffer.concat([head, stop]));
    return file;
  });
}

test('several files are one log, in the order of their numbers', async () => {
  const [one, two, three] = threeFiles();
  const p = await Page.open();
  await p.open(path.join(fixtures, 'mysql-9.7/workload.binlog'));
  const whole = await p.metrics();
  await p.open(three, one, two);
  const together = await p.metrics();
  assert.deepEqual([together.transactions, together.rows], [whole.transactions, whole.rows]);
  await p.press('6');
  const names = await p.get('files').locator('[data-file]').evaluateAll((all) => all.map((f) => f.dataset.file));
  assert.deepEqual(names, ['mybin.000001', 'mybin.000002', 'mybin.000003']);
  await p.get('files').getByRole('button', { name: 'mybin.000002' }).click();
  await p.idle();
  assert.match(await p.page.locator('.bi-event-title').innerText(), /FORMAT_DESCRIPTION[\s\S]*mybin\.000002[\s\S]*at 4,/);
  assert.match(new URL(p.page.url()).hash, /file=mybin\.000002&pos=4/);
  await p.press('1');
  await p.filter('file:mybin.000003');
  const pos = Number(await p.transactions().first().getAttribute('data-pos'));
  assert.ok(pos > 100 && pos < fs.statSync(three).size);
  await p.transactions().first().click();
  await p.idle();
  assert.match(await p.get('row-diff').innerText(), /rows?/);
  await p.press('b');
  assert.equal(await p.byte(pos).count(), 1, 'bytes have the offsets of their file');
  await p.close();
});

test('a folder is read with what is in it', async () => {
  const [one] = threeFiles();
  const folder = path.dirname(one);
  fs.mkdirSync(path.join(folder, 'more'));
  fs.renameSync(path.join(folder, 'mybin.000003'), path.join(folder, 'more/mybin.000003'));
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'not a log\n');
  const p = await Page.open();
  await p.get('open-folder').setInputFiles(folder);
  await p.transactions().first().waitFor();
  await p.idle();
  await p.press('6');
  const names = await p.get('files').locator('[data-file]').evaluateAll((all) => all.map((f) => f.dataset.file.split('/').pop()));
  assert.deepEqual(names, ['mybin.000001', 'mybin.000002', 'mybin.000003']);
  assert.match(await p.get('files').innerText(), /Not read[\s\S]*notes\.txt/);
  await p.close();
});

test('an index gives the order, and says what is missing', async () => {
  const [one, two, three] = threeFiles();
  const index = path.join(path.dirname(one), 'mybin.index');
  fs.writeFileSync(index, ['./mybin.000001', './mybin.000002', './mybin.000003', './mybin.000004'].join('\n'));
  const p = await Page.open();
  await p.drop(three, index, one, two);
  await p.transactions().first().waitFor();
  await p.idle();
  await p.press('6');
  assert.match(await p.get('files').innerText(), /order of the index/);
  assert.match(await p.get('missing-files').innerText(), /mybin\.000004/);
  await p.press('5');
  assert.match(await p.get('findings').innerText(), /1 file is missing/);
  await p.close();
});

test('files of the corpus: what ROTATE names and is not there is said', { skip: !hasCorpus && 'no corpus' }, async () => {
  const p = await Page.open();
  const folder = temporary();
  // As they were named on their server.
  for (const [from, to] of [['statement.000005', 'binlog.000005'], ['semisync-user-rotate.000007', 'binlog.000007'], ['shop-source.000008', 'binlog.000008']]) {
    fs.copyFileSync(path.join(corpus, 'mysql-9.7', from), path.join(folder, to));
  }
  await p.open(...fs.readdirSync(folder).map((f) => path.join(folder, f)));
  await p.press('6');
  assert.match(await p.get('missing-files').innerText(), /binlog\.000006/);
  await p.press('5');
  assert.equal(await p.get('findings').locator('[data-code=gtids-between-files]').count(), 1);
  await p.close();
});
