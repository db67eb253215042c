// Works with a large log as a DBA would, and prints how long the page takes: frames while the
// timeline is moved and zoomed (from the browser's own trace), sorting, filtering, selecting.
// Run by `cargo xtask bench FILE`.
const { chromium } = await import(process.env.PLAYWRIGHT ?? 'playwright-core');
const file = process.argv[2];
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.goto(process.env.BASE_URL);
await page.getByTestId('drop-zone').waitFor();
await page.getByTestId('open-file').setInputFiles(file);
await page.getByTestId('transaction-list').locator('[data-n]').first().waitFor();
const idle = () => page.evaluate(() => window.binlight.idle());
const metrics = () => page.evaluate(() => window.binlight.metrics());
await idle();
const out = { transactions: (await metrics()).transactions, events: (await metrics()).events };

// From click to list drawn, by the page's own clock.
async function sort(name) {
  await page.getByTestId(`sort-${name}`).click();
  await idle();
  return Math.round((await metrics()).view_ms);
}
out.sort_ms = {};
for (const name of ['rows', 'size', 'open', 'commit', 'gtid']) out.sort_ms[name] = await sort(name);

async function filter(text) {
  await page.getByTestId('filter').fill(text);
  await page.getByTestId('filter').press('Enter');
  await idle();
  const found = (await page.getByTestId('found').innerText()).split(' of ')[0];
  return [Math.round((await metrics()).view_ms), found];
}
out.filter_ms = {};
for (const text of ['table:shop.orders', 'op:delete', 'rows>10 and not table:item', 'sql:nothing', '']) out.filter_ms[text || 'none'] = await filter(text);

// Selecting a transaction to seeing its rows.
const selects = [];
for (let i = 0; i < 20; i++) {
  await page.getByTestId('go-to').fill(`#${Math.floor((out.events / 21) * (i + 1))}`);
  await page.getByTestId('go-to').press('Enter');
  await idle();
  const row = page.getByTestId('transaction-list').locator('[data-n]').nth(3 + (i % 8));
  await row.click();
  await idle();
  selects.push((await metrics()).select_to_rows_ms);
}
selects.sort((a, b) => a - b);
out.select_to_rows_ms = { median: Math.round(selects[10]), worst: Math.round(selects[19]) };

// Frames while zooming and moving: what the compositor's main thread took for each.
const strip = await page.getByTestId('timeline').locator('canvas').boundingBox();
const middle = [strip.x + strip.width / 2, strip.y + 30];
await page.mouse.move(...middle);
const session = await page.context().newCDPSession(page);
const events = [];
session.on('Tracing.dataCollected', (e) => events.push(...e.value));
await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'] } });
const frames = page.evaluate(
  () =>
    new Promise((resolve) => {
      const times = [];
      let last = performance.now();
      const tick = (now) => {
        times.push(now - last);
        last = now;
        if (window.benchDone) resolve(times);
        else requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    }),
);
for (let i = 0; i < 6; i++) for (let k = 0; k < 8; k++) { await page.mouse.wheel(0, -60); await page.waitForTimeout(16); }
for (let i = 0; i < 60; i++) { await page.mouse.wheel(i < 30 ? 90 : -90, 0); await page.waitForTimeout(16); }
await page.keyboard.down('Shift');
await page.mouse.down();
for (let i = 0; i < 60; i++) { await page.mouse.move(middle[0] + 5 * i, middle[1]); await page.waitForTimeout(16); }
await page.mouse.up();
await page.keyboard.up('Shift');
for (let i = 0; i < 48; i++) { await page.mouse.wheel(0, 60); await page.waitForTimeout(16); }
await page.evaluate(() => (window.benchDone = true));
const between = (await frames).slice(2).sort((a, b) => a - b);
const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
await session.send('Tracing.end');
await done;
// The page's main thread: the thread whose tasks draw.
const threads = new Map();
for (const e of events) if (e.name === 'FunctionCall' || e.name === 'FireAnimationFrame') threads.set(`${e.pid}/${e.tid}`, (threads.get(`${e.pid}/${e.tid}`) ?? 0) + 1);
const anim = events.filter((e) => e.name === 'FireAnimationFrame').map((e) => `${e.pid}/${e.tid}`)[0];
const tasks = events.filter((e) => e.ph === 'X' && `${e.pid}/${e.tid}` === anim && /RunTask$/.test(e.name)).map((e) => e.dur / 1000).sort((a, b) => a - b);
const at = (list, share) => +(list[Math.min(list.length - 1, Math.floor(list.length * share))] ?? NaN).toFixed(1);
out.frames = { count: between.length, median_ms: at(between, 0.5), p99_ms: at(between, 0.99), worst_ms: at(between, 1), over_50_ms: between.filter((t) => t > 50).length };
out.main_thread_tasks = { count: tasks.length, p99_ms: at(tasks, 0.99), worst_ms: at(tasks, 1), over_50_ms: tasks.filter((t) => t > 50).length };
console.log(JSON.stringify(out, null, 1));
await browser.close();
