// The page as the tests use it: open things, wait until nothing is pending, look.
import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const { chromium } = await import(process.env.PLAYWRIGHT ?? 'playwright-core');

export const BASE = process.env.BASE_URL;
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const samples = path.join(root, 'public/samples');
export const fixtures = path.join(root, 'tests/fixtures');
export const corpus = path.resolve(root, '../shared/corpus');
export const hasCorpus = fs.existsSync(corpus);

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser;

/** Starts one browser for a test file. */
export function withBrowser() {
  before(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ARGS });
  });
  after(() => browser.close());
}

/** High enough to show every event of a sample. */
export const TALL = { viewport: { width: 1280, height: 2400 } };

/** A fresh page; what it says on the console and asks of the network is kept and judged. */
export class Page {
  static async open({ hash = '', base = BASE, wait = 'drop-zone', ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    context.setDefaultTimeout(15_000);
    const page = new Page();
    page.context = context;
    page.page = await context.newPage();
    page.problems = [];
    page.requests = [];
    page.base = base;
    page.page.on('console', (m) => ['error', 'warning'].includes(m.type()) && page.problems.push(m.text()));
    page.page.on('pageerror', (e) => page.problems.push(e.message));
    context.on('request', (r) => page.requests.push(r.url()));
    await page.page.goto(base + hash);
    await page.get(wait).waitFor();
    return page;
  }

  get(id) {
    return this.page.getByTestId(id);
  }

  async idle() {
    await this.page.evaluate(() => window.binlight.idle());
  }

  async metrics() {
    return this.page.evaluate(() => window.binlight.metrics());
  }

  /** Opens files by path, or bytes by `{ name, bytes }`, and leaves the page as it is then. */
  async open(...files) {
    const given = files.map((file) => (typeof file === 'string' ? file : { name: file.name, mimeType: 'application/octet-stream', buffer: file.bytes }));
    await this.get('open-file').setInputFiles(given.length === 1 ? given[0] : given);
    await this.idle();
  }

  /** Opens a file and shows the list of its events, the first selected. */
  async pick(file) {
    await this.open(file);
    await this.showEvents();
  }

  async showEvents() {
    if ((await this.get('list-events').count()) === 0) return;
    await this.get('list-events').click();
    await this.idle();
    await this.get('event-list').focus();
    await this.press('Home');
  }

  transactions() {
    return this.get('transaction-list').locator('[data-n]');
  }

  selectedTransaction() {
    return this.get('transaction-list').locator('[data-n][aria-selected=true]');
  }

  async filter(text) {
    await this.get('filter').fill(text);
    await this.get('filter').press('Enter');
    await this.idle();
  }

  /** How many transactions the view has, as the page says. */
  async found() {
    return Number((await this.get('found').innerText()).split(/ of | trans/)[0].replace(/[^0-9]/g, ''));
  }

  /** Drops files on the page, wherever. */
  async drop(...files) {
    const given = files.map((file) => [[...fs.readFileSync(file)], path.basename(file)]);
    const transfer = await this.page.evaluateHandle((given) => {
      const transfer = new DataTransfer();
      for (const [bytes, name] of given) transfer.items.add(new File([new Uint8Array(bytes)], name));
      return transfer;
    }, given);
    await this.page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await this.idle();
  }

  rows() {
    return this.get('event-list').locator('[role=row]');
  }

  selectedRow() {
    return this.get('event-list').locator('[aria-selected=true]');
  }

  row(pos) {
    return this.get('event-list').locator(`[data-pos="${pos}"]:not([data-inner])`);
  }

  /** Selects the event at a position by way of the go-to box. */
  async goTo(text) {
    await this.get('go-to').fill(String(text));
    await this.get('go-to').press('Enter');
    await this.idle();
  }

  /** Selects the first visible event whose line has this text. */
  async select(text) {
    await this.rows().filter({ hasText: text }).first().click();
    await this.idle();
  }

  byte(offset) {
    return this.get('hexdump').locator(`[data-offset="${offset}"]`).first();
  }

  field(path) {
    return this.get('field-tree').locator(`[data-path="${path}"]`);
  }

  async press(key) {
    await this.page.keyboard.press(key);
    await this.idle();
  }

  /** Closes; nothing may have been said on the console, and no request may have left the page. */
  async close() {
    assert.deepEqual(this.problems, []);
    for (const url of this.requests) {
      assert.ok(url.startsWith(this.base) || url.startsWith('blob:'), `a request left the page: ${url}`);
    }
    await this.context.close();
  }
}

/** A damaged copy of a log: `change` gets its bytes and may return others. */
export function damaged(file, change) {
  const bytes = Buffer.from(fs.readFileSync(file));
  return { name: path.basename(file), bytes: change(bytes) ?? bytes };
}

/** The logs of a folder of the corpus, texts aside. */
export function logs(folder) {
  const found = [];
  const walk = (at) => {
    for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
      const full = path.join(at, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (!/\.(mysqlbinlog|mariadb-binlog|hexdump|sql|md|tsv|txt|pcap)$/.test(entry.name)) found.push(full);
    }
  };
  walk(path.join(corpus, folder));
  return found.sort();
}

/** A folder that is gone afterwards. */
export function temporary() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'binlight-'));
  after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}
