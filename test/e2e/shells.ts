/**
 * The citizen's page through one of the two shells: `HALL24_SHELL=chromium` (default) or `electron`.
 * Chromium gets the shell's own command line, without a window; Electron runs the shell's own program.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { _electron, chromium, type Page } from 'playwright-core';
import { chromiumArguments, chromiumEnvironment, findChromium, makeProfile, removeProfile } from '../../electron/shell/chromium.ts';
import { electronBinary } from '../../electron/shell/electron-binary.ts';
import type { Terminal } from './terminal.ts';

export interface OpenShell {
  page: Page;
  /** What the page wrote to its console as an error, and every error nobody caught. */
  errors: string[];
  /** @param look looks at what the browser kept, when it has ended and before that is removed */
  close(look?: () => void): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');
const ready = createRequire(import.meta.url);

const listen = (page: Page): string[] => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
};

const openElectron = async (terminal: Terminal): Promise<OpenShell> => {
  const folder = join(ready.resolve('electron/package.json'), '..');
  const executablePath = await electronBinary(folder, () => undefined);
  if (executablePath === null) throw new Error('Electron: its binary is not here and could not be fetched');
  const app = await _electron.launch({ executablePath, args: ['--no-sandbox', join(root, 'dist', 'electron-main.js'), '--socket', join(terminal.home, 'run', 'shell.sock')] });
  const page = await app.firstWindow();
  return {
    page,
    errors: listen(page),
    close: async (look) => {
      await app.close();
      look?.();
    },
  };
};

/** Chromium on any agent's one-time address. */
export const openChromium = async (url: string): Promise<OpenShell> => {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('Chromium is not installed (Debian: chromium)');
  const profile = makeProfile();
  // Playwright opens the address itself, names the profile itself, and cannot drive an incognito window: kiosk.e2e.test.ts has the whole command line.
  const own = ['--app=', '--user-data-dir=', '--incognito', '--kiosk', '--start-fullscreen'];
  const args = chromiumArguments({ url, profile, sandbox: false }).filter((argument) => !own.some((start) => argument.startsWith(start)));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args, env: chromiumEnvironment(profile), viewport: { width: 1080, height: 1920 }, hasTouch: true, locale: 'zh-CN' });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors = listen(page);
  await page.goto(url);
  return {
    page,
    errors,
    close: async (look) => {
      await context.close();
      look?.();
      removeProfile(profile);
    },
  };
};

/** Opens the citizen's page of a terminal with a one-time address. */
export const openShell = async (terminal: Terminal, url?: string): Promise<OpenShell> =>
  process.env['HALL24_SHELL'] === 'electron' ? openElectron(terminal) : openChromium(url ?? (await terminal.freshUrl()));
