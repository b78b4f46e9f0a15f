/**
 * The system's Chromium as a kiosk shell: for terminals without Electron, for development and tests.
 * All it writes lies in a profile in memory and goes with it; it speaks to loopback alone.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ScreenSize } from './x-screen.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'];
const PREFIX = 'hall24-page-';

/** @returns path of an installed Chromium, null when there is none */
export const findChromium = (path = process.env['PATH'] ?? ''): string | null => {
  for (const folder of path.split(delimiter).filter((each) => each !== '')) {
    for (const name of NAMES) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  return null;
};

/** Is there a screen to open a window on? */
export const hasDisplay = (env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): boolean => platform === 'win32' || platform === 'darwin' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);

/**
 * A browser has no sandbox as root, and a kiosk without one must not meet a citizen.
 * @param uid undefined where the system has no such thing (Windows)
 * @returns why the window may not be opened, or null
 */
export const rootRefusal = (uid: number | undefined, demo: boolean): string | null =>
  uid === 0 && !demo ? "The citizen's window is not opened as root: its sandbox would be off. Start the terminal as an ordinary user." : null;

/** When a process began, in the kernel's own count; 0 where the system does not tell. With it a process id is never somebody else's. */
const beganAt = (pid: number): number => {
  try {
    // The second field is the name in brackets, which may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? 0);
  } catch {
    return 0;
  }
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const places = (): string[] => [...new Set(['/dev/shm', tmpdir()])].filter((folder) => existsSync(folder));

/** What no switch turns off: bubbles that offer to translate, to keep a password or to fill in somebody else's address; printing by key. */
const PREFERENCES = {
  translate: { enabled: false },
  credentials_enable_service: false,
  profile: { password_manager_enabled: false },
  autofill: { profile_enabled: false, credit_card_enabled: false },
  printing: { enabled: false },
  bookmark_bar: { show_on_all_tabs: false },
};

/** A profile folder in memory where the system has such a place; the caller removes it. Its name says whose it is. */
export const makeProfile = (): string => {
  const folder = mkdtempSync(join(places()[0] ?? tmpdir(), `${PREFIX}${process.pid}-${beganAt(process.pid)}-`));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(PREFERENCES));
  return folder;
};

export const removeProfile = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

/** Removes profiles whose owner was killed before it could. Those of living terminals on the same machine stay. */
export const removeStaleProfiles = (folders: readonly string[] = places()): void => {
  for (const folder of folders) {
    for (const name of readdirSync(folder)) {
      const owner = new RegExp(`^${PREFIX}(\\d+)-(\\d+)-\\w{6}$`).exec(name);
      if (owner === null) continue;
      const pid = Number(owner[1]);
      if (lives(pid) && beganAt(pid) === Number(owner[2])) continue;
      try {
        removeProfile(join(folder, name));
      } catch {
        // Another user's: that user's terminal removes it.
      }
    }
  }
};

/** The browser's surroundings: whatever it or its libraries want to write goes into the profile. */
export const chromiumEnvironment = (profile: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  ...env,
  HOME: profile,
  TMPDIR: profile,
  XDG_CACHE_HOME: join(profile, 'cache'),
  XDG_CONFIG_HOME: join(profile, 'config'),
  XDG_DATA_HOME: join(profile, 'data'),
  XAUTHORITY: env['XAUTHORITY'] ?? join(env['HOME'] ?? homedir(), '.Xauthority'),
});

/** Names no machine, now or ever (RFC 2606), and the resolver's rules below name nothing at all. */
const NOWHERE = 'http://nowhere.invalid:9';

/**
 * The command line of a kiosk that shows one address and nothing else. Other programs of this machine listen on loopback as well; so
 * whatever is not the agent's own address and port goes to a proxy that does not exist, a page that would go there included.
 * `screen`: the window is as large, for an X server without a window manager that would make it so. `camera`: its page may open one without being
 * asked. The switch names a microphone too; the agent's own header keeps that from every page (`microphone=()`), and no
 * other page can be reached. With build/chromium-camera-policy.json in place the browser decides by that, and the page
 * learns the names of several cameras too.
 */
export const chromiumArguments = (options: { url: string; profile: string; sandbox: boolean; camera?: boolean; screen?: ScreenSize | null }): string[] => [
  '--kiosk',
  `--app=${options.url}`,
  `--user-data-dir=${options.profile}`,
  '--incognito',
  '--window-position=0,0',
  // A window exactly as large as the screen is made a dot smaller each way by Chromium; one row more, which nobody sees, is left alone.
  ...(options.screen === undefined || options.screen === null ? [] : [`--window-size=${options.screen.width},${options.screen.height + 1}`]),
  '--start-fullscreen',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-session-crashed-bubble',
  '--noerrdialogs',
  '--disable-pinch',
  '--autoplay-policy=no-user-gesture-required', // the bell for a card left behind rings after whoever left it has gone
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
  '--log-level=3', // a kiosk has no session bus, and the browser complains of it many times a second
  '--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions,AutofillServerCommunication,NetworkTimeServiceQuerying,BackForwardCache',
  // The part that matters for staying offline: no name resolves but our own address.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  `--proxy-server=${NOWHERE}`,
  `--proxy-bypass-list=<-loopback>;${new URL(options.url).host}`,
  ...(options.camera === true ? ['--auto-accept-camera-and-microphone-capture'] : []),
  ...(options.sandbox ? [] : ['--no-sandbox']),
];
