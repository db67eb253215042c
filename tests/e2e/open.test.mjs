// Opening: pick, drop, sample, wrong files, damaged ones, a cancelled one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Page, damaged, fixtures, samples, withBrowser } from './page.mjs';

withBrowser();
const mysql = path.join(samples, 'mysql-9.7.binlog');
const mariadb = path.join(samples, 'mariadb-10.11.binlog');

test('a picked file shows what it is and its events', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  const summary = await p.get('summary').innerText();
  assert.match(summary, /mysql-9\.7\.binlog/);
  assert.match(summary, /MySQL 9\.7/);
  assert.match(summary, /checksums ok/);
  assert.match(await p.rows().first().innerText(), /FORMAT_DESCRIPTION/);
  assert.equal(await p.selectedRow().getAttribute('data-pos'), '4');
  assert.match(await p.page.title(), /mysql-9\.7/);
  await p.close();
});

test('a dropped file opens, and another takes its place', async () => {
  const p = await Page.open();
  await p.drop(mysql);
  assert.match(await p.get('summary').innerText(), /MySQL/);
  await p.drop(mariadb);
  assert.match(await p.get('summary').innerText(), /MariaDB 10\.11/);
  await p.showEvents();
  assert.match(await p.get('event-list').innerText(), /GTID_LIST/);
  await p.close();
});

test('each sample opens with a click', async () => {
  for (const name of ['mysql-9.7.binlog', 'mariadb-10.11.binlog']) {
    const p = await Page.open();
    await p.page.locator(`[data-testid=sample][data-file="${name}"]`).click();
    await p.transactions().first().waitFor();
    await p.idle();
    assert.match(await p.get('summary').innerText(), new RegExp(name));
    await p.close();
  }
});

test('metrics and readOnly say how the last file was opened', async () => {
  const p = await Page.open();
  await p.pick(path.join(fixtures, 'mysql-9.7/workload.binlog'));
  const metrics = await p.metrics();
  assert.equal(metrics.bytes, fs.statSync(path.join(fixtures, 'mysql-9.7/workload.binlog')).size);
  assert.equal(metrics.events, 683);
  assert.equal(metrics.rows, 460);
  for (const key of ['read_ms', 'index_ms', 'first_rows_ms']) assert.ok(metrics[key] >= 0, key);
  assert.ok((await p.page.evaluate(() => window.binlight.readOnly())) >= 0);
  await p.close();
});

const wrong = [
  ['dump.sql', Buffer.from('/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;\n'), /mysqlbinlog/],
  ['binlog.index', Buffer.from('./binlog.000001\n./binlog.000002\n'), /index/],
  ['binlog.000001.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), /gunzip/],
  ['keyring', Buffer.from('{"version":"1.0","elements":[]}'), /key/i],
  ['ebin.000001', Buffer.concat([Buffer.from([0xfd]), Buffer.from('bin'), Buffer.alloc(600)]), /encrypted/],
  ['empty', Buffer.alloc(0), /no bytes/],
  ['noise', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), /fe 62 69 6e/],
];
for (const [name, bytes, says] of wrong) {
  test(`${name} is named for what it is`, async () => {
    const p = await Page.open();
    await p.pick({ name, bytes });
    assert.match(await p.get('error').innerText(), says);
    assert.match(await p.get('error').innerText(), new RegExp(name.replaceAll('.', '\\.')));
    // The way on.
    await p.pick(mysql);
    assert.match(await p.rows().first().innerText(), /FORMAT_DESCRIPTION/);
    assert.equal(await p.get('error').count(), 0);
    await p.close();
  });
}

test('a damaged log shows its fault, and everything around it', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  const second = await p.rows().nth(4).getAttribute('data-pos');
  const total = (await p.metrics()).events;
  await p.pick(damaged(mysql, (bytes) => void (bytes[Number(second) + 25] ^= 0xff)));
  assert.equal((await p.metrics()).events, total);
  assert.match(await p.get('integrity').innerText(), /fault/);
  assert.match(await p.row(second).innerText(), /E205/);
  await p.get('integrity').click();
  await p.idle();
  assert.equal(await p.selectedRow().getAttribute('data-pos'), second);
  assert.match(await p.page.locator('.bi-faults').innerText(), /E205 checksum/);
  await p.close();
});

test('a wrong length costs one event; a cut tail is said', async () => {
  const p = await Page.open();
  await p.pick(mysql);
  const third = await p.rows().nth(3).getAttribute('data-pos');
  const fourth = await p.rows().nth(4).getAttribute('data-pos');
  await p.pick(damaged(mysql, (bytes) => {
    bytes.writeUInt32LE(0x7fffffff, Number(third) + 9);
    return bytes.subarray(0, bytes.length - 2);
  }));
  assert.match(await p.row(third).innerText(), /damaged[\s\S]*E202/);
  assert.match(await p.row(fourth).innerText(), /QUERY|GTID|TABLE_MAP|ROWS/);
  await p.press('End');
  await p.get('event-list').focus();
  await p.press('End');
  assert.match(await p.selectedRow().innerText(), /E203/);
  await p.close();
});

test('a cancelled opening keeps what was read', { skip: !process.env.LARGE_LOG && 'no large log' }, async () => {
  const p = await Page.open();
  await p.get('open-file').setInputFiles(process.env.LARGE_LOG);
  await p.get('cancel').click();
  await p.idle();
  const { bytes, events } = await p.metrics();
  assert.ok(bytes < fs.statSync(process.env.LARGE_LOG).size);
  assert.match(await p.get('integrity').innerText(), /stopped/);
  // As far as it came: a list that can be used, or word that there is none.
  if (events > 0) {
    await p.showEvents();
    assert.match(await p.rows().first().innerText(), /FORMAT_DESCRIPTION/);
  } else assert.match(await p.page.locator('main').innerText(), /stopped before the first event/);
  await p.pick(mysql);
  assert.match(await p.get('integrity').innerText(), /checksums ok/);
  await p.close();
});

test('a worker that dies leaves a message and a way on', async () => {
  const p = await Page.open();
  // Its program fails to load: as after a deployment that took its files away.
  await p.context.route('**/worker_boot.js', (route) => route.abort());
  await p.get('open-file').setInputFiles(mysql);
  await p.get('error').waitFor();
  assert.match(await p.get('error').innerText(), /stopped/);
  await p.context.unroute('**/worker_boot.js');
  await p.page.getByRole('button', { name: 'Try again' }).click();
  await p.transactions().first().waitFor();
  await p.showEvents();
  assert.match(await p.rows().first().innerText(), /FORMAT_DESCRIPTION/);
  p.problems = p.problems.filter((text) => !/ERR_FAILED/.test(text));
  await p.close();
});

/** Has the worker's program begin with `script`. */
const begins = (p, script) =>
  p.context.route('**/worker_boot.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\n${script}` });
  });

test('a log is the same whether one worker reads it or several', { skip: !process.env.LARGE_LOG && 'no large log' }, async () => {
  const seen = [];
  for (const cores of [1, 4]) {
    const p = await Page.open();
    // What the browser says of the machine, to our worker, and how many workers it starts.
    const boot = `
      Object.defineProperty(WorkerNavigator.prototype, 'hardwareConcurrency', { get: () => ${cores} });
      const start = self.Worker;
      self.Worker = class extends start {
        constructor(...args) {
          super(...args);
          console.log('another worker');
        }
      };`;
    let workers = 0;
    p.page.on('console', (message) => (workers += message.text() === 'another worker' ? 1 : 0));
    await begins(p, boot);
    await p.open(process.env.LARGE_LOG);
    const { bytes, events, rows, transactions } = await p.metrics();
    await p.get('list-findings').click();
    await p.idle();
    const findings = await p.get('findings').innerText();
    seen.push({ bytes, events, rows, transactions, findings });
    assert.equal(workers, cores === 1 ? 0 : 3);
    await p.close();
  }
  assert.ok(seen[0].events > 1000);
  assert.deepEqual(seen[1], seen[0]);
});

test('a browser whose streams take no buffer reads all the same', { skip: !process.env.LARGE_LOG && 'no large log' }, async () => {
  const seen = [];
  for (const script of ['', "delete self.ReadableStreamBYOBReader; console.log('no buffers');"]) {
    const p = await Page.open();
    const said = [];
    p.page.on('console', (message) => said.push(message.text()));
    await begins(p, script);
    await p.open(process.env.LARGE_LOG);
    const { bytes, events, rows, transactions } = await p.metrics();
    seen.push({ bytes, events, rows, transactions });
    assert.equal(said.includes('no buffers'), script !== '');
    await p.close();
  }
  assert.equal(seen[0].bytes, fs.statSync(process.env.LARGE_LOG).size);
  assert.deepEqual(seen[1], seen[0]);
});
