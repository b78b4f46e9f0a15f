/**
 * The process that watches a run from outside: `chaos-watch --home DIR --temp DIR [--other-home DIR --other-temp DIR]`. Reads databases, files and /proc beside the running terminal, and
 * answers each line of {@link lookRequest} with what is wrong. It knows nothing of the product's code: it keeps books of its own.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import jsQR from 'jsqr';
import sharp from 'sharp';
import { findResidue, type Searched } from '../e2e/residue.ts';
import { newlyListed, slopePerHour, type Sample, type Slip } from './books.ts';
import { ledgerBooks, lookAtOther, lookAtPlatform } from './databases.ts';
import { lookRequest, type Figures, type Growth, type LookRequest } from './watch-wire.ts';

const SAMPLE_MS = 2_000;
/** A process that has just started is still filling its memory. */
const WARM_MS = 60_000;
const MOST_SAMPLES = 4_000;
/** An agent at rest holds a few dozen; streams of screens come and go. */
/** A desk that takes 120 numbers at once keeps as many connections for a minute or so, and in a long run the next does so within that. */
const MOST_NEW_HANDLES = 60 + 120;
const KEPT_ALIVE_MS = 150_000;
const MOST_WAL_BYTES = 64 * 1024 * 1024;
const MOST_OTHER_BYTES = 4 * 1024 * 1024;
const MOST_TEMPORARY = 60;
const WATCHED = ['agent', 'device-host'] as const;
/** These hold what people did: they grow with it, and by how much is reported. */
const GROWS = /^(terminal\.db|terminal\.db-wal|materials|platform|log)$/;

const { values } = parseArgs({ options: { home: { type: 'string', default: '' }, temp: { type: 'string', default: '' }, 'other-home': { type: 'string' }, 'other-temp': { type: 'string' } } });
const { home, temp } = values;
/** Of the terminal that has its numbers over the network. */
const others = [values['other-home'], values['other-temp']].filter((one) => one !== undefined);

// ------------------------------------------------------------------------------------- memory and handles
interface Watched {
  name: string;
  since: number;
  rss: Sample[];
  handles: Sample[];
  resting: number | null;
}
const watched = new Map<string, Watched>();

const measure = (pid: number): { rss: number; handles: number } | null => {
  try {
    const kb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    // A process that was just killed has a name and no memory.
    if (!Number.isFinite(kb)) return null;
    return { rss: kb / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
};
const pidOf = (name: string): number | null => {
  try {
    return Number(readFileSync(join(home, 'run', `${name}.pid`), 'utf8'));
  } catch {
    return null;
  }
};
const sample = (): void => {
  const at = performance.now();
  for (const name of WATCHED) {
    const pid = pidOf(name);
    const found = pid === null ? null : measure(pid);
    if (pid === null || found === null) continue;
    const key = `${name} ${pid}`;
    let one = watched.get(key);
    if (one === undefined) {
      one = { name, since: at, rss: [], handles: [], resting: null };
      watched.set(key, one);
    }
    one.rss.push({ at, value: found.rss });
    one.handles.push({ at, value: found.handles });
    for (const list of [one.rss, one.handles]) if (list.length > MOST_SAMPLES) list.splice(0, list.length, ...list.filter((_, index) => index % 2 === 0));
  }
};
setInterval(sample, SAMPLE_MS).unref();

/** Of each kind of process the one that lived longest. */
const growth = (): Growth[] =>
  WATCHED.flatMap((name) => {
    const [longest] = [...watched.values()].filter((one) => one.name === name).toSorted((a, b) => b.rss.length - a.rss.length);
    if (longest === undefined) return [];
    const warm = (samples: readonly Sample[]): Sample[] => samples.filter(({ at }) => at - longest.since >= WARM_MS);
    const ends = (samples: readonly Sample[]): { first: number; last: number; perHour: number | null } => {
      const all = warm(samples);
      const slope = slopePerHour(all);
      const round = (value: number): number => Math.round(value * 10) / 10;
      return { first: round((all[0] ?? samples[0])?.value ?? 0), last: round(samples.at(-1)?.value ?? 0), perHour: slope === null ? null : round(slope) };
    };
    return [{ process: name, seconds: Math.round(((longest.rss.at(-1)?.at ?? 0) - longest.since) / 1_000), rssMb: ends(longest.rss), handles: { ...ends(longest.handles), most: Math.max(...longest.handles.map(({ value }) => value)) } }];
  });

const handlesAtRest = (): string[] =>
  WATCHED.flatMap((name) => {
    const pid = pidOf(name);
    const one = pid === null ? undefined : watched.get(`${name} ${pid}`);
    const found = pid === null ? null : measure(pid);
    if (one === undefined || found === null || performance.now() - one.since < 20_000) return [];
    one.resting ??= found.handles;
    // Connections that somebody keeps are let go after a minute or so: what counts is the least of a while.
    const lately = one.handles.filter(({ at }) => at > performance.now() - KEPT_ALIVE_MS);
    const least = Math.min(found.handles, ...lately.map(({ value }) => value));
    const watchedLong = performance.now() - one.since > 2 * KEPT_ALIVE_MS;
    return watchedLong && least > one.resting + MOST_NEW_HANDLES ? [`${name} (${pid}) holds ${least} handles at rest, and held ${one.resting} before`] : [];
  });

// ---------------------------------------------------------------------------------------------- files
const sizes: Figures['files'] = {};
const bytesBelow = (path: string): number => {
  try {
    const state = statSync(path);
    if (!state.isDirectory()) return state.size;
    return readdirSync(path, { recursive: true, withFileTypes: true }).reduce((sum, found) => (found.isFile() ? sum + statSync(join(found.parentPath, found.name)).size : sum), 0);
  } catch {
    return 0; // gone meanwhile
  }
};
const files = (): string[] => {
  const wrong: string[] = [];
  for (const name of readdirSync(home)) {
    const bytes = bytesBelow(join(home, name));
    const known = sizes[name];
    sizes[name] = { first: known?.first ?? bytes, last: bytes };
    if (name === 'terminal.db-wal' && bytes > MOST_WAL_BYTES) wrong.push(`the write-ahead log has ${bytes} bytes`);
    if (!GROWS.test(name) && bytes > MOST_OTHER_BYTES) wrong.push(`${name} has grown to ${bytes} bytes`);
  }
  const temporary = readdirSync(temp);
  sizes['(temporary files)'] = { first: 0, last: temporary.length };
  if (temporary.length > MOST_TEMPORARY) wrong.push(`${temporary.length} temporary files were left: ${temporary.slice(0, 5).join(', ')}`);
  return wrong;
};

let searched: Searched = new Map();
let searchedFor = '';
let searches = 0;
const residue = (secrets: readonly string[]): string[] => {
  // Beside it in a demonstration's home lies the platform, which is meant to know the citizen.
  const places = [...readdirSync(home).filter((name) => name !== 'platform').map((name) => join(home, name)), temp, ...others];
  if (searchedFor !== secrets.join()) searched = new Map();
  searchedFor = secrets.join();
  searches += 1;
  return findResidue(places, secrets, searched).map(({ file, what, encoding }) => `${what} lies in the clear in ${relative(home, file)} (${encoding})`);
};

// ---------------------------------------------------------------------------------------------- paper
const slips: Slip[] = [];
/** Slips of which the code names neither a ticket nor a case. */
let otherSlips = 0;
let slipsBefore: string[] = [];
let sheets = 0;
let sheetsBefore = new Map<string, number>();
let worldBefore: number | null = null;
/** Slips that hang together because the knife was stuck; more codes than this bears no paper. */
const MOST_CODES = 4;
/** What the codes on a slip say, as a telephone reads them: from its picture. */
const codesOn = async (png: Buffer): Promise<string[]> => {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const codes = new Set<string>();
  while (codes.size < MOST_CODES) {
    const found = jsQR(new Uint8ClampedArray(data), info.width, info.height);
    if (found === null || codes.has(found.data)) break;
    codes.add(found.data);
    // Painted over, so that the next one is found.
    const { topLeftCorner, topRightCorner, bottomLeftCorner, bottomRightCorner } = found.location;
    const corners = [topLeftCorner, topRightCorner, bottomLeftCorner, bottomRightCorner];
    const within = (places: number[], most: number): [from: number, to: number] => [Math.max(0, Math.floor(Math.min(...places))), Math.min(most, Math.ceil(Math.max(...places)))];
    const [left, right] = within(corners.map(({ x }) => x), info.width);
    const [top, bottom] = within(corners.map(({ y }) => y), info.height);
    for (let y = top; y < bottom; y += 1) data.fill(0xff, (y * info.width + left) * 4, (y * info.width + right) * 4);
  }
  return [...codes];
};
const paper = async (bench: string): Promise<void> => {
  const read = async <T>(path: string): Promise<T[]> => (await (await fetch(`${bench}${path}`)).json()) as T[];
  const [out, jobs] = await Promise.all([read<{ lines: string[]; qrCodes: string[] }>('/slips'), read<{ jobId: number; name: string; sheets: number }>('/sheets')]);
  const world = pidOf('world');
  // Paper of a world that was killed is gone with it.
  if (world !== worldBefore) [slipsBefore, sheetsBefore] = [[], new Map()];
  worldBefore = world;
  const now = out.map(({ lines, qrCodes }) => JSON.stringify([lines, qrCodes]));
  const fresh = newlyListed(slipsBefore, now);
  slipsBefore = now;
  for (let number = now.length - fresh.length + 1; number <= now.length; number += 1) {
    // Two slips hang together when the knife was stuck between them.
    for (const code of await codesOn(Buffer.from(await (await fetch(`${bench}/slips/${number}.png`)).arrayBuffer()))) {
      const ticket = /(?:\?t=|^)([0-9a-f]{24})$/.exec(code)?.[1] ?? null;
      const caseNumber = ticket === null && code.startsWith('HALL24') ? (caseNumberIn(code) ?? null) : null;
      if (ticket !== null || caseNumber !== null) slips.push({ ticket, caseNumber });
      else otherSlips += 1;
    }
  }
  for (const { jobId, name, sheets: done } of jobs) {
    const key = `${jobId} ${name}`;
    sheets += Math.max(0, done - (sheetsBefore.get(key) ?? 0));
    sheetsBefore.set(key, Math.max(done, sheetsBefore.get(key) ?? 0));
  }
};
/** The case number in a slip's signed statement; electron/platform/statement.ts tells its form. */
const caseNumberIn = (code: string): string | undefined => /\d{16}/.exec(Buffer.from(code.split('.')[2] ?? '', 'base64url').toString('utf8'))?.[0];

// ----------------------------------------------------------------------------------------------- look
const ledger = ledgerBooks(home);
const look = async (request: LookRequest): Promise<string[]> => {
  // First the paper, then the ledger: a row stands before its sheet.
  let paperKnown = true;
  await paper(request.bench).catch(() => {
    paperKnown = false;
  });
  const wrong = ledger.look({ kept: request.kept, tickets: request.tickets, replaced: request.replaced, slips: paperKnown ? slips : [], sheets: paperKnown ? sheets : 0 });
  wrong.push(...lookAtPlatform(home, request), ...handlesAtRest(), ...files());
  const other = values['other-home'];
  if (other !== undefined && existsSync(join(other, 'terminal.db'))) wrong.push(...lookAtOther(other, request.final));
  if (request.secrets !== null) wrong.push(...residue(request.secrets));
  return wrong;
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request = lookRequest.parse(JSON.parse(line));
    void look(request)
      .catch((error: unknown) => [`the watching process could not look: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`])
      .then((wrong) => process.stdout.write(`${JSON.stringify({ id: request.id, wrong, figures: { growth: growth(), files: sizes, slips: slips.length, otherSlips, sheets, ...ledger.counts(), searches } })}\n`));
  })
  .on('close', () => process.exit(0));
