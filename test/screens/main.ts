/**
 * `npm run screens`: renders every screen. Those that the repository keeps go to renderer/screens/, small; all of them to renderer/screens/all/,
 * which git does not see. `-- --modes`: all of them in both languages, with standard and large letters, on both panels. `-- --kept`: only what
 * is kept. `-- NAME… [--to=DIR]`: these alone. `--no-build`: with the pages that are built.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { ASKEW, jpegOf, photograph, printedPage } from '../../renderer/citizen/camera/desk.fixture.ts';
import { scaled } from '../../renderer/citizen/camera/geometry.ts';
import { startHall as startDesk } from '../desk/hall.ts';
import { aBusyMorning, aCabinet, atCounter, atLocker, atPlace, signedIn, type Language } from '../desk/scenes.ts';
import { buildPage, BUILT, launch, ROOT, scannedPage, settled, vary, type Variant } from './browser.ts';
import { FIXTURES } from './fixtures.ts';
import { aMorning, startHall } from './hall.ts';
import { serve } from './server.ts';

const ZH: Variant = { language: 'zh', elder: false, widthMm: 398 };
const EN: Variant = { ...ZH, language: 'en' };
const ELDER: Variant = { ...ZH, elder: true };

/** What is kept of the citizen's page in the repository: at most thirty pictures with those of the board and of staff. */
const KEPT: readonly (readonly [file: string, fixture: string, variant: Variant])[] = [
  ...['home', 'guide', 'closed', 'card', 'mine', 'question', 'materials-insert', 'materials-review', 'check', 'sign', 'take-number', 'done', 'result', 'correction', 'fault-paper', 'idle', 'help', 'maintenance'].map((name) => [name, name, ZH] as const),
  ['materials-camera', 'materials-camera', ZH],
  ['home-en', 'home', EN],
  ['card-en', 'card', EN],
  ['question-en', 'question', EN],
  ['home-elder', 'home', ELDER],
  ['check-elder', 'check', ELDER],
  ['home-21-inch', 'home', { ...ZH, widthMm: 268 }],
];

/** A repository keeps its pictures for ever. */
const MOST_BYTES = 60_000;

/** The hall board stands on the hall's real API, and is wider than high. */
const BOARD = 'hall-board';

/** Painted when they are asked for by name, and not kept. */
const NOT_KEPT: ReadonlySet<string> = new Set(['locker', 'locker-en']);

/** Pages of staff at 1366 × 768, in a hall in the middle of a morning. */
const STAFF: Readonly<Record<string, readonly [page: 'counter' | 'locker' | 'figures' | 'rules' | 'terminals', language: Language]>> = {
  'counter-console': ['counter', 'zh'],
  'counter-console-en': ['counter', 'en'],
  'manager-figures': ['figures', 'zh'],
  'manager-rules-en': ['rules', 'en'],
  locker: ['locker', 'zh'],
  'locker-en': ['locker', 'en'],
};

const argument = process.argv.slice(2);
const to = argument.find((one) => one.startsWith('--to='))?.slice(5) ?? join(ROOT, 'renderer', 'screens');
const given = argument.filter((one) => !one.startsWith('--'));
const unknown = argument.filter((one) => one.startsWith('--') && !one.startsWith('--to=') && !['--modes', '--kept', '--no-build'].includes(one));
if (unknown.length > 0) throw new Error(`${unknown.join(' ')}: known are --modes, --kept, --to=DIR, --no-build`);
const names = given.filter((one) => one !== BOARD && STAFF[one] === undefined);
/** NAME, or NAME,en,elder,spoken,268 for any fixture in any variant. */
const asked = names.map((name) => {
  const [fixture = '', ...modes] = name.split(',');
  return [name.replaceAll(',', '-'), fixture, { language: modes.includes('en') ? 'en' : 'zh', elder: modes.includes('elder'), spoken: modes.includes('spoken'), widthMm: Number(modes.find((mode) => /^\d+$/.test(mode)) ?? 398) } satisfies Variant] as const;
});

/** Below the folder of kept pictures: what is painted to be looked at, and not kept. */
const ALL = 'all';
const MODES: readonly Variant[] = argument.includes('--modes') ? [398, 268].flatMap((widthMm) => (['zh', 'en'] as const).flatMap((language) => [false, true].map((elder) => ({ language, elder, widthMm })))) : [ZH];
const named = (fixture: string, { language, elder, widthMm }: Variant): string => [fixture, ...(language === 'en' ? ['en'] : []), ...(elder ? ['elder'] : []), ...(widthMm === ZH.widthMm ? [] : [String(widthMm)])].join('-');
const every = Object.keys(FIXTURES).flatMap((fixture) => MODES.map((variant) => [join(ALL, named(fixture, variant)), fixture, variant] as const));

const keep = async (file: string, picture: Buffer, [width, height]: [number, number]): Promise<void> => {
  if (file.startsWith(ALL)) {
    await writeFile(join(to, `${file}.png`), await sharp(picture).resize(width, height).png({ palette: true, effort: 1 }).toBuffer());
    process.stdout.write(`${file}.png\n`);
    return;
  }
  let small = picture;
  for (const quality of [90, 50, 30]) {
    small = await sharp(picture).resize(width, height).png({ palette: true, quality, dither: 0, effort: 10, compressionLevel: 9 }).toBuffer();
    if (small.length < MOST_BYTES) break;
  }
  await writeFile(join(to, `${file}.png`), small);
  process.stdout.write(`${file}.png ${String(Math.ceil(small.length / 1024))} kB\n`);
};

const boardPicture = async (): Promise<Buffer> => {
  const morning = await startHall();
  try {
    await aMorning(morning);
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce' });
    const board = await context.newPage();
    await board.goto(`${morning.url()}/board/?voice=off`);
    await board.locator('.called').waitFor();
    await board.evaluate(() => document.fonts.ready);
    return await board.screenshot();
  } finally {
    await morning.close();
  }
};

const staffPictures = async (wanted: readonly string[]): Promise<void> => {
  const morning = await startDesk();
  try {
    await aBusyMorning(morning);
    await aCabinet(morning);
    const clerk = await signedIn(browser, morning, 'lin', 'clerk');
    const manager = await signedIn(browser, morning, 'wang', 'manager');
    for (const name of wanted) {
      const [place, language] = STAFF[name] ?? ['counter', 'zh'];
      const { page: shown } = place === 'counter' || place === 'locker' ? clerk : manager;
      await (place === 'counter' ? atCounter(shown, morning, language) : place === 'locker' ? atLocker(shown, morning, language) : atPlace(shown, morning, place, language));
      await keep(name, await shown.screenshot(), [1_024, 576]);
    }
  } finally {
    await morning.close();
  }
};

if (!argument.includes('--no-build')) await buildPage();
await mkdir(given.length === 0 && !argument.includes('--kept') ? join(to, ALL) : to, { recursive: true });
const hall = await serve(BUILT, await scannedPage());
const film = join(await mkdtemp(join(tmpdir(), 'hall24-film-')), 'desk.mjpeg');
await writeFile(film, await jpegOf(await photograph(await printedPage(), { width: 1280, height: 960, corners: scaled(ASKEW, 1280, 960), noise: 3 })));
const browser = await launch(film);
const page = await browser.newPage({ viewport: { width: 1080, height: 1920 }, hasTouch: true, reducedMotion: 'reduce' });
page.on('console', (message) => (message.type() === 'error' ? process.stderr.write(`${message.text()}\n`) : undefined));
page.on('pageerror', (error) => process.stderr.write(`${error.stack ?? error.message}\n`));
let revision = 0;
try {
  for (const [file, fixture, variant] of given.length > 0 ? asked : argument.includes('--kept') ? KEPT : [...KEPT, ...every]) {
    const view = FIXTURES[fixture];
    if (view === undefined) throw new Error(`no fixture "${fixture}"; known: ${Object.keys(FIXTURES).join(', ')}`);
    revision += 1;
    // A fresh page each time: what was typed or held on one must not be seen on the next.
    await page.goto('about:blank');
    hall.show(vary(view, variant, revision));
    await page.goto(hall.url);
    await settled(page, revision);
    if (variant.spoken === true) await page.waitForSelector('[data-has-focus]');
    // A live picture is there when the paper's edge is.
    if (fixture === 'materials-camera') await page.waitForSelector('.camera-view polygon');
    await keep(file, await page.screenshot(), [540, 960]);
  }
  if (given.length === 0 || given.includes(BOARD)) await keep(BOARD, await boardPicture(), [960, 540]);
  const staff = Object.keys(STAFF).filter((name) => (given.length === 0 ? !NOT_KEPT.has(name) : given.includes(name)));
  if (staff.length > 0) await staffPictures(staff);
} finally {
  await browser.close();
  await hall.close();
  await rm(dirname(film), { recursive: true });
}
