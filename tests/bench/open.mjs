// Opens a log in Chromium and prints the page's metrics, memory and the ratio to reading alone.
// Run by `cargo xtask bench FILE`.
import fs from 'node:fs';

const { chromium } = await import(process.env.PLAYWRIGHT ?? 'playwright-core');
const file = process.argv[2];
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-precise-memory-info'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });

/** Resident memory in MiB of the browser's process for the page and its worker. */
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

for (let run = 1; run <= Number(process.env.RUNS ?? 3); run++) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(process.env.BASE_URL);
  await page.getByTestId('drop-zone').waitFor();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, rendererMemory())), 50);
  await page.getByTestId('open-file').setInputFiles(file);
  await page.getByTestId('transaction-list').locator('[data-pos]').first().waitFor();
  const usable = performance.now();
  await page.keyboard.press('.');
  await page.getByTestId('transaction-list').locator('[aria-selected=true]').waitFor();
  const answered = performance.now() - usable;
  await page.evaluate(() => window.binlight.idle());
  clearInterval(watch);
  const metrics = await page.evaluate(() => window.binlight.metrics());
  const settled = rendererMemory();
  const readOnly = await page.evaluate(() => window.binlight.readOnly());
  const ratio = metrics.index_ms / readOnly;
  console.log(JSON.stringify({ run, ...metrics, read_only_ms: readOnly, ratio: +ratio.toFixed(2), mb_per_s: +(metrics.bytes / 1000 / metrics.index_ms).toFixed(0), peak_mib: +peak.toFixed(0), settled_mib: +settled.toFixed(0), select_while_loading_ms: +answered.toFixed(0) }));
  await page.close();
}
await browser.close();
