/**
 * The system's Chromium as a kiosk shell: for terminals without Electron, for development and tests.
 * Its profile lies in memory and goes with it; it speaks to loopback alone.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'];

/** @returns path of an installed Chromium, null when there is none */
export const findChromium = (path = process.env['PATH'] ?? ''): string | null => {
  for (const folder of path.split(delimiter)) {
    for (const name of NAMES) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  return null;
};

/** Is there a screen to open a window on? */
export const hasDisplay = (env: NodeJS.ProcessEnv = process.env): boolean => process.platform === 'win32' || process.platform === 'darwin' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);

/**
 * Chromium has no sandbox as root, and a kiosk without one must not meet a citizen.
 * @returns why it may not start, or null
 */
export const rootRefusal = (uid: number | undefined, demo: boolean): string | null =>
  uid === 0 && !demo ? 'The Chromium shell does not run as root: its sandbox would be off. Start it as an ordinary user, or use Electron.' : null;

/** A profile folder in memory where the system has such a place; the caller removes it. */
export const makeProfile = (): string => mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hall24-page-'));

export const removeProfile = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

/** The command line of a kiosk that shows one address and nothing else. */
export const chromiumArguments = (options: { url: string; profile: string; sandbox: boolean }): string[] => [
  '--kiosk',
  `--app=${options.url}`,
  `--user-data-dir=${options.profile}`,
  '--incognito',
  '--window-position=0,0',
  '--start-fullscreen',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-session-crashed-bubble',
  '--noerrdialogs',
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  '--password-store=basic',
  '--disk-cache-size=1',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--no-pings',
  '--disable-client-side-phishing-detection',
  '--disable-extensions',
  '--disable-breakpad',
  '--disable-dev-tools',
  '--metrics-recording-only',
  '--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions,AutofillServerCommunication,NetworkTimeServiceQuerying,BackForwardCache',
  // The part that matters for staying offline: no name resolves but our own address.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  ...(options.sandbox ? [] : ['--no-sandbox']),
];
