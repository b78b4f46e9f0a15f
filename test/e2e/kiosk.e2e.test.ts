/**
 * The window as it is shipped: the launcher opens and keeps it, its command line is the product's own, incognito included, on a bare
 * X server without a window manager. In front of the browser stands a word of the test's, which opens a port to drive it by.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../electron/shell/chromium.ts';
import { processesWith } from '../../electron/shell/processes.fixture.ts';
import { ANSWERS, SIGNATURE } from './api-walk.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { statementOn } from './peers.ts';
import { startTerminal, until, type Terminal } from './terminal.ts';
import { bringFinger, choose, freshHome, keys, named, shows, titled, touch } from './walk.ts';

const SCREEN = { width: 1080, height: 1920 };
const SECRETS = secretsOf('resident', ANSWERS['phone'] ?? '');

const left = watchLeftBehind(() => (terminal === undefined ? [] : [terminal.pid]));
let screen: ChildProcess;
let terminal: Terminal | undefined;
let window: { browser: Browser; page: Page; profile: string } | null = null;
/** A stranger on the same machine: whoever reaches it could reach anything on it. */
let stranger: Server;
let strangersUrl = '';
let visits = 0;

const theTerminal = (): Terminal => terminal!;
const profiles = (): string[] => readdirSync('/dev/shm').filter((name) => name.startsWith(`hall24-page-${theTerminal().pid}-`));

/** Takes hold of the window that the launcher has open now, once it is another one than `before`. */
const takeHold = async (before: string | null = null): Promise<Page> => {
  const found = await until(
    'a window',
    async () => {
      for (const profile of profiles()) {
        if (profile === before) continue;
        try {
          const [port] = readFileSync(join('/dev/shm', profile, 'DevToolsActivePort'), 'utf8').split('\n');
          const browser = await chromium.connectOverCDP(`http://127.0.0.1:${String(port)}`);
          const page = browser.contexts().flatMap((context) => context.pages()).find((one) => one.url().startsWith('http://127.0.0.1:'));
          if (page !== undefined) return { browser, page, profile };
          await browser.close();
        } catch {
          // It is only just starting.
        }
      }
      return null;
    },
    60_000,
  );
  window = found;
  await bringFinger(found.page);
  await found.page.locator('.stage[data-revision]').waitFor({ timeout: 30_000 });
  return found.page;
};

/** kill -9 of the browser; the launcher opens another. */
const killBrowser = async (): Promise<Page> => {
  const { profile } = window!;
  const main = processesWith(profile).find(({ commandLine }) => !commandLine.includes('--type=') && !commandLine.startsWith('/bin/sh') && !commandLine.includes('crashpad'));
  process.kill(main!.pid, 'SIGKILL');
  return takeHold(profile);
};

beforeAll(async () => {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${SCREEN.width}x${SCREEN.height}x24`, '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  screen = server;
  let number = '';
  server.stdio[3]?.on('data', (chunk: Buffer) => (number += chunk.toString()));
  const display = await until('a screen (Debian: xvfb)', () => number.endsWith('\n') && `:${number.trim()}`);
  const browser = findChromium();
  if (browser === null) throw new Error('Chromium is not installed (Debian: chromium)');
  const bin = join(left.temp, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'chromium'), `#!/bin/sh\nexec '${browser}' --remote-debugging-port=0 "$@"\n`);
  chmodSync(join(bin, 'chromium'), 0o755);
  stranger = createServer((_request, response) => {
    visits += 1;
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end('<title>stranger</title>');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  strangersUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  terminal = await startTerminal({ shell: 'chromium', env: { DISPLAY: display, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` } });
  left.outside(join(terminal.home, 'platform'), bin);
  await takeHold();
});

afterAll(async () => {
  await window?.browser.close();
  await terminal?.stop();
  screen?.kill('SIGTERM');
  stranger?.close();
  left.close();
});

/** Says something as the page itself does, about the page that is shown. */
const say = (page: Page, event: object): Promise<boolean> =>
  page.evaluate(async (said) => {
    const revision = Number(document.querySelector('.stage')?.getAttribute('data-revision'));
    const answer = await fetch('/api/citizen/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ revision, event: said }) });
    return ((await answer.json()) as { accepted: boolean }).accepted;
  }, event);
const kindOf = (page: Page): Promise<string | null> => page.locator('.stage').getAttribute('data-screen');
const titleOf = (page: Page): Promise<string | null> => page.locator('h1').first().textContent();

describe('the window of a terminal', () => {
  it('fills a screen that nobody manages, and keeps nothing of its own: it is incognito', async () => {
    const { page, profile } = window!;
    expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([SCREEN.width, SCREEN.height + 1]);
    expect(processesWith(profile).some(({ commandLine }) => commandLine.includes('--incognito') && commandLine.includes('--kiosk'))).toBe(true);
  });

  it.each([
    ['the bench panel', () => theTerminal().bench],
    ['the platform', () => theTerminal().platform],
    ['anything else on this machine', () => strangersUrl],
  ])('reaches %s by no request, frame, picture, line or window', async (_, address) => {
    const { page } = window!;
    const before = page.url();
    const reached = await page.evaluate(async (url) => {
      const ended = (element: HTMLElement): Promise<string> =>
        new Promise((resolve) => {
          element.addEventListener('load', () => resolve('loaded'));
          element.addEventListener('error', () => resolve('refused'));
          document.body.append(element);
        });
      const fetched = await fetch(url, { mode: 'no-cors' }).then(() => 'answered', () => 'refused');
      const picture = await ended(Object.assign(new Image(), { src: url }));
      const line = await new Promise((resolve) => {
        const stream = new EventSource(url);
        stream.addEventListener('open', () => resolve('open'));
        stream.addEventListener('error', () => (stream.close(), resolve('refused')));
      });
      const frame = document.createElement('iframe');
      frame.src = url;
      await ended(frame);
      const inside = ((): string => {
        try {
          // A frame that was refused shows a page of the browser's own, which nobody may look into either.
          return frame.contentDocument?.body.textContent ?? 'closed';
        } catch {
          return 'closed';
        }
      })();
      frame.remove();
      return { fetched, picture, line, inside };
    }, address());
    expect(reached).toMatchObject({ fetched: 'refused', picture: 'refused', line: 'refused' });
    expect(['', 'closed']).toContain(reached.inside);
    expect(page.url()).toBe(before);
    expect(visits).toBe(0);
  });

  it('that its page would leave for the bench panel shows nothing of it, and is soon the citizen’s page again', async () => {
    const { page, profile } = window!;
    const there: string[] = [];
    const { bench } = theTerminal();
    // What the page still hears of its own agent is not meant.
    page.on('response', (response) => response.url().startsWith(bench) && there.push(response.url()));
    await page.evaluate((url) => void setTimeout(() => location.assign(url), 0), bench);
    const again = await takeHold(profile);
    expect(there).toEqual([]);
    await titled(again, '您好');
  });
});

describe('kill -9 of the window', () => {
  it('in the middle of a form, and once more after the signature: the next one goes on there, and the case arrives once', async () => {
    let { page } = window!;
    await choose(page, '公租房申请');
    await shows(page, 'card');
    await theTerminal().play('/card', { specimen: 'resident' });
    await touch(page, 'agree');
    await titled(page, '手机号');
    await keys(page, ANSWERS['phone'] ?? '');
    await touch(page, 'next');
    await titled(page, '结婚');
    await touch(page, 'choice-single');
    await touch(page, 'next');
    await expect.poll(() => titleOf(page)).not.toContain('结婚');
    const question = await titleOf(page);

    page = await killBrowser();
    expect(await kindOf(page)).toBe('question');
    expect(await titleOf(page)).toBe(question);
    await expect
      .poll(
        async () => {
          for (const [field, value] of Object.entries(ANSWERS)) if ((await kindOf(page)) === 'question') await say(page, { type: 'answer', field, value });
          return kindOf(page);
        },
        { timeout: 60_000 },
      )
      .toBe('materials');
    while ((await kindOf(page)) === 'materials') {
      await theTerminal().play('/scanner/load', { sheets: 1 });
      await touch(page, 'scan');
      await named(page, 'material-done').waitFor({ timeout: 60_000 });
      await touch(page, 'material-done');
      // The page on which a scan is judged has a button to scan more, too.
      await until('the next page', async () => (await kindOf(page)) !== 'materials' || ((await named(page, 'material-done').count()) === 0 && (await named(page, 'scan').count()) > 0));
    }
    await shows(page, 'check');
    await say(page, { type: 'all-correct' });
    await shows(page, 'sign');
    expect(await say(page, SIGNATURE)).toBe(true);

    page = await killBrowser();
    await shows(page, 'done');
    await titled(page, '已经受理');
    const caseNumber = await until('the case number', async () => /受理号(\d{16})/.exec(((await page.locator('body').textContent()) ?? '').replaceAll(/\s/g, ''))?.[1]);
    const one = await until('the case at the platform and the bureau', async () => {
      const { cases } = (await (await fetch(`${theTerminal().platform}/control/cases`)).json()) as { cases: Record<string, { messages: number; receipts: number; bureauForms: number }> };
      const found = cases[caseNumber];
      return found !== undefined && found.receipts > 0 && found.bureauForms > 0 ? found : null;
    }, 90_000);
    expect(one).toMatchObject({ messages: 1, receipts: 1, bureauForms: 1, kinds: { submitted: 1 } });
    await until('the slip', async () => {
      const picture = await theTerminal().look('/slips/1.png');
      return picture.ok && statementOn(Buffer.from(await picture.arrayBuffer()))?.payload.includes(caseNumber) === true;
    });
    await theTerminal().play('/card', { lift: true });
    await freshHome(page, () => say(page, { type: 'leave' }).then(() => undefined, () => undefined));
  });

  it('leaves nothing of the citizen in the profile of any of these windows, in home, temporary files or spool', () => {
    expect(profiles()).toHaveLength(1);
    expect(left.tracesOf(SECRETS)).toEqual([]);
  });
});
