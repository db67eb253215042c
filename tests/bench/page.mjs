// Opens a log in Chromium, works with it, and prints one JSON object: milliseconds and MiB.
// Run by `cargo xtask bench`.
//
// Answers are timed from the first message to the worker to its last one before the page is idle:
// what the worker takes and the way there and back, without the drawing.
import fs from 'node:fs';

const { chromium } = await import(process.env.PLAYWRIGHT ?? 'playwright-core');
const file = process.argv[2];
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
page.setDefaultTimeout(300_000);

/** Resident memory in MiB of the browser's process for the page and its workers. */
function rendererMemory() {
  let most = 0;
  for (const pid of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer')) continue;
      const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
      most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // the process has ended meanwhile
    }
  }
  return most;
}
let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, rendererMemory())), 50);

await page.addInitScript(() => {
  window.posted = [];
  window.answered = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...message) {
    window.posted.push(performance.now());
    if (!this.isTimed) this.addEventListener('message', () => window.answered.push(performance.now()));
    this.isTimed = true;
    return postMessage.apply(this, message);
  };
});
const idle = () => page.evaluate(() => window.binlight.idle());

/** Milliseconds from question to answer of what `act` makes the page ask. */
async function timed(act) {
  await idle();
  await page.evaluate(() => {
    window.posted = [];
    window.answered = [];
  });
  await act();
  await idle();
  return page.evaluate(() => window.answered.at(-1) - window.posted[0]);
}
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function filter(text) {
  await page.getByTestId('filter').fill(text);
  await page.getByTestId('filter').press('Enter');
}

const out = {};
await page.goto(process.env.BASE_URL);
await page.getByTestId('drop-zone').waitFor();
await page.getByTestId('open-file').setInputFiles(file);
await page.getByTestId('transaction-list').locator('[data-n]').first().waitFor();
await idle();
out.peak_open = peak;
out.index = (await page.evaluate(() => window.binlight.metrics())).index_ms;
// Findings, files and names are asked for at once, when the log is read.
out.findings = await page.evaluate(() => {
  const asked = window.posted.findLast((at, i, all) => all[i + 2] - at < 10);
  return window.answered.at(-1) - asked;
});

const sorts = [];
for (const name of ['rows', 'size', 'commit', 'gtid']) sorts.push(await timed(() => page.getByTestId(`sort-${name}`).click()));
out.sort = Math.max(...sorts);
out.type = await timed(() => filter('type:xid'));
out.search = await timed(() => filter('sql:"no statement says this"'));
await timed(() => filter(''));

const strip = await page.getByTestId('timeline').locator('canvas').boundingBox();
await page.mouse.move(strip.x + strip.width / 2, strip.y + 30);
for (let i = 0; i < 12; i++) {
  await page.mouse.wheel(0, -60);
  await page.waitForTimeout(16);
}
// Each step goes beyond what was counted on both sides.
const pans = [];
for (let i = 0; i < 7; i++) {
  const ms = await timed(() => page.mouse.wheel(3000, 0));
  if (Number.isFinite(ms)) pans.push(ms);
}
out.pan = median(pans);
out.overview = await timed(() => page.getByTestId('list-overview').click());
// The rows of a table across the log.
await page.getByTestId('table-rows').first().click();
await idle();
clearInterval(watch);
out.peak_used = Math.max(peak, rendererMemory());
// Last, and not counted as memory in use: no user asks for it.
out.read_only = await page.evaluate(() => window.binlight.readOnly());
console.log(JSON.stringify(out));
await browser.close();
