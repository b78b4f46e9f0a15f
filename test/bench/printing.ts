/** Certificates: bytes, speed beside Chromium's printToPDF, and what their making does to the agent's event loop. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession } from 'playwright-core';
import { z } from 'zod';
import { SPECIMENS } from '../../drivers/id-card/specimens.ts';
import { layOut } from '../../electron/printing/certificate.ts';
import { createFonts } from '../../electron/printing/fonts.ts';
import { createPrinting, type CertificateInput, type Printing } from '../../electron/printing/index.ts';
import { launch } from '../screens/browser.ts';
import { certificateHtml, certificateInput, FONT_FILES } from './certificate-page.ts';
import { Citizen } from './citizen.ts';
import { load, median, round, type Effort, type Figure } from './figures.ts';
import { openHall } from './hall.ts';

const ROUNDS = 25;
const COLD_ROUNDS = 3;
const BYTES_KB = 60;
const TIMES_FASTER = 5;
const LOOP_MS = 20;
const CERTIFICATES = 20;
const quiet = { info: () => undefined, warn: () => undefined };

const make = async (printing: Printing, input: CertificateInput): Promise<{ pdf: Uint8Array; checkMs: number }> => {
  const made = await printing.certificate(input);
  if (!made.ok) throw new Error(made.message);
  if (made.value.sheets !== 1) throw new Error(`the certificate has ${made.value.sheets} pages`);
  const { pdf, checkMs } = made.value;
  if (checkMs === undefined) throw new Error('the worker does not say how long its check took');
  return { pdf, checkMs };
};
const timed = async <T>(work: () => Promise<T>): Promise<[ms: number, value: T]> => {
  const began = performance.now();
  const value = await work();
  return [performance.now() - began, value];
};

/** A page that has loaded with its fonts; answers its devtools. */
const loadedPage = async (browser: Browser, html: string, fonts: ReadonlyMap<string, Buffer>): Promise<CDPSession> => {
  const page = await browser.newPage();
  await page.route('http://certificate.invalid/**', (route) => {
    const file = fonts.get(new URL(route.request().url()).pathname.replace('/font/', ''));
    return file === undefined ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }) : route.fulfill({ contentType: 'font/ttf', body: file });
  });
  await page.goto('http://certificate.invalid/');
  const missing = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].filter((face) => face.status !== 'loaded').map((face) => face.family);
  });
  if (missing.length > 0) throw new Error(`the browser did not load ${missing.join(', ')}`);
  return page.context().newCDPSession(page);
};
const printToPdf = async (devtools: CDPSession): Promise<Buffer> => Buffer.from((await devtools.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true })).data, 'base64');

export const measureCertificate = async (_effort: Effort): Promise<Figure[]> => {
  const input = await certificateInput();
  const html = await certificateHtml(input);
  const fontFiles = new Map(Object.entries(FONT_FILES).map(([family, file]) => [family, readFileSync(file)]));
  const cold = { ours: [] as number[], theirs: [] as number[] };
  for (let time = 0; time < COLD_ROUNDS; time += 1) {
    const printing = createPrinting({ log: quiet });
    cold.ours.push((await timed(() => make(printing, input)))[0]);
    await printing.close();
    const [ms, browser] = await timed(async () => {
      const started = await launch();
      await printToPdf(await loadedPage(started, html, fontFiles));
      return started;
    });
    cold.theirs.push(ms);
    await browser.close();
  }
  const printing = createPrinting({ log: quiet });
  const browser = await launch();
  try {
    const devtools = await loadedPage(browser, html, fontFiles);
    const warm = { ours: [] as number[], theirs: [] as number[] };
    const unchecked = { ours: [] as number[], theirs: warm.theirs };
    let { pdf } = await make(printing, input);
    let theirPdf = await printToPdf(devtools);
    for (let time = 0; time < 3; time += 1) await Promise.resolve([await make(printing, input), await printToPdf(devtools)]);
    // Turn about, so that both meet the same machine.
    for (let time = 0; time < ROUNDS; time += 1) {
      const [ours, made] = await timed(() => make(printing, input));
      const [theirs, printed] = await timed(() => printToPdf(devtools));
      warm.ours.push(ours);
      unchecked.ours.push(ours - made.checkMs);
      warm.theirs.push(theirs);
      [pdf, theirPdf] = [made.pdf, printed];
    }
    const laid = await charactersOf(input);
    const keep = process.env['BENCH_KEEP'];
    if (keep !== undefined) await Promise.all([writeFile(`${keep}-ours.pdf`, pdf), writeFile(`${keep}-chromium.pdf`, theirPdf)]);
    const against = (times: { ours: number[]; theirs: number[] }): string => `ours ${round(median(times.ours))} ms, printToPDF ${round(median(times.theirs))} ms (medians of ${times.ours.length}, turn about; ${load()})`;
    return [
      { name: 'certificate-bytes', value: round(pdf.byteLength / 1_000), unit: 'kB', against: `one A4 page, ${laid.characters} characters (${laid.different} different), photo of ${round((input.photo?.byteLength ?? 0) / 1_000)} kB, QR; goal at most ${BYTES_KB}; Chromium's ${round(theirPdf.byteLength / 1_000)} kB`, goal: { atMost: BYTES_KB } },
      { name: 'certificate-speed', value: round(median(warm.theirs) / median(unchecked.ours), 2), unit: 'times', against: `making the PDF, which is what printToPDF does: warm worker asked → answered, less its ink check (layout, subset, compression, both ways between the threads) ÷ page already loaded in a running Chromium, goal at least ${TIMES_FASTER}; ${against(unchecked)}`, goal: { atLeast: TIMES_FASTER } },
      { name: 'certificate-checked-speed', value: round(median(warm.theirs) / median(warm.ours), 2), unit: 'times', against: `the same certificates with every character's ink checked, which Chromium does not do; ${against(warm)}`, goal: null },
      { name: 'certificate-speed-cold', value: round(median(cold.theirs) / median(cold.ours), 2), unit: 'times', against: `first page of a new worker ÷ first page of a new Chromium, its start and fonts included, ink checked; ${against(cold)}`, goal: null },
    ];
  } finally {
    await browser.close();
    await printing.close();
  }
};

/** What stands on the page. */
const charactersOf = async (input: CertificateInput): Promise<{ characters: number; different: number }> => {
  const { drawn } = await layOut(createFonts(), input);
  return { characters: drawn.length, different: new Set(drawn.map(({ text }) => text)).size };
};

/**
 * Loaded into the agent before its own code: each SIGUSR2 begins or ends a stretch of watching its event loop, and an end writes what
 * all stretches came to. The agent's workers and its device host load it too, and are asked nothing.
 */
const PROBE = `const { monitorEventLoopDelay } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');
const { writeFileSync, renameSync } = require('node:fs');
if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let watching = false;
  process.on('SIGUSR2', () => {
    watching = !watching;
    if (watching) return void delay.enable();
    delay.disable();
    const file = process.env.HALL24_BENCH_LOOP + '.' + process.pid;
    writeFileSync(file + '.new', JSON.stringify({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6, count: delay.count }));
    renameSync(file + '.new', file);
  });
}
`;
const delays = z.object({ p50: z.number(), p99: z.number(), max: z.number(), count: z.number() });

const appears = async (file: string): Promise<void> => {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The whole agent: its devices are asked, its page is connected, its database written, while certificates are made, checked and printed. */
export const measureEventLoop = async (_effort: Effort): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-bench-loop-'));
  const probe = join(folder, 'probe.cjs');
  const told = join(folder, 'delays');
  writeFileSync(probe, PROBE);
  const hall = await openHall();
  try {
    const agent = await hall.startAgent(undefined, { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --require=${probe}`, HALL24_BENCH_LOOP: told });
    const file = `${told}.${agent.pid}`;
    /** Ends a stretch. @returns what all of them came to, ms */
    const ended = async (): Promise<z.infer<typeof delays>> => {
      rmSync(file, { force: true });
      process.kill(agent.pid, 'SIGUSR2');
      await appears(file);
      return delays.parse(JSON.parse(readFileSync(file, 'utf8')));
    };
    try {
      const citizen = await Citizen.enter(await hall.freshUrl());
      const times: number[] = [];
      let busy: z.infer<typeof delays> | null = null;
      // The first one opens fonts and compiles code: part of what an agent goes through, so it counts.
      for (let count = 0; count < CERTIFICATES; count += 1) {
        await citizen.see('home', (screen) => screen.items.some((item) => item.id === 'social-insurance-certificate' && item.open));
        await citizen.say({ type: 'open-item', item: 'social-insurance-certificate' });
        await citizen.see('card');
        await hall.play('/card', { specimen: SPECIMENS[count % 2 === 0 ? 0 : 2]?.id });
        await citizen.see('confirm');
        process.kill(agent.pid, 'SIGUSR2');
        const began = performance.now();
        await citizen.say({ type: 'confirm' });
        await citizen.see('done', ({ certificate }) => certificate?.state === 'take');
        times.push(performance.now() - began);
        busy = await ended();
        await hall.play('/card', { lift: true });
        await citizen.say({ type: 'leave' });
      }
      citizen.close();
      if (busy === null) throw new Error('nothing was measured');
      return [
        {
          name: 'event-loop-p99',
          value: round(busy.p99),
          unit: 'ms',
          against: `delay of the agent's own event loop (resolution 1 ms, ${busy.count} samples) from the touch that confirms to the sheet in the tray, ${CERTIFICATES} certificates issued, made, checked and printed, devices asked, page connected, goal at most ${LOOP_MS}; half below ${round(busy.p50)}, longest ${round(busy.max)} ms; ${median(times).toFixed(0)} ms from touch to tray; ${load()}`,
          goal: { atMost: LOOP_MS },
        },
      ];
    } finally {
      await agent.stop();
    }
  } finally {
    await hall.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
