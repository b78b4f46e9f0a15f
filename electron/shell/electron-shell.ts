/**
 * The Electron shell: one locked window on the agent's address. It knows nothing of cases or devices; it asks the
 * agent's socket for a one-time ticket, shows the page, and opens it again when the page or the agent dies.
 * Electron itself is handed in: `electron-main.ts` brings the real one.
 */
import type { App, BrowserWindow, BrowserWindowConstructorOptions, CommandLine, PowerSaveBlocker } from 'electron';
import { keepAlive, keepInFront, lockApp, lockSession, WEB_PREFERENCES, type LockedSession, type LockedWindow } from './lockdown.ts';
import { createPageWatch, LOOK_MS } from './page-watch.ts';

const RETRY_MS = 250;
/** An agent sees within this time that the page of a destroyed window is gone; until then it lets no other in. */
const PARTING_LOOKS = 8;

export type ShellWindow = LockedWindow & Pick<BrowserWindow, 'loadURL' | 'destroy' | 'isDestroyed'>;

/** What the shell uses of Electron, in Electron's own types. */
export interface ElectronParts {
  app: Pick<App, 'on' | 'whenReady' | 'requestSingleInstanceLock' | 'enableSandbox' | 'setPath' | 'exit'> & { commandLine: Pick<CommandLine, 'appendSwitch'> };
  createWindow(options: BrowserWindowConstructorOptions): ShellWindow;
  /** A session that keeps nothing on disk. */
  pageSession(name: string): LockedSession;
  noMenu(): void;
  powerSaveBlocker: Pick<PowerSaveBlocker, 'start'>;
}

/** The agent's socket. */
export interface AgentDoor {
  ticket(): Promise<string | null>;
  page(): Promise<boolean | null>;
  /** Has the terminal a camera that the page opens? */
  camera(): Promise<boolean>;
}

export interface ShellOptions {
  /** Folder of what makes a second instance on the same home known; null: Electron's own. */
  state: string | null;
  /** Folder in memory for what the browser engine writes; null: Electron's own. */
  profile: string | null;
}

const PARTITION = 'page'; // without "persist:": in memory alone

/** Runs the shell until the process ends. A second instance on the same home ends at once. */
export const runShell = (electron: ElectronParts, agent: AgentDoor, options: ShellOptions, say: (line: string) => void): void => {
  const { app } = electron;
  if (options.state !== null) app.setPath('userData', options.state);
  if (options.profile !== null) app.setPath('sessionData', options.profile);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  // Before the first page there is no origin, and nothing may be loaded.
  let origin = 'none:';
  let window: ShellWindow | null = null;
  let opening = false;
  let camera = false;
  const watch = createPageWatch(() => performance.now());

  const later = (ms: number, act: () => Promise<void>): void => void setTimeout(() => void act(), ms);

  /** Waits until the agent no longer sees the page of a window that is gone. */
  const parted = async (): Promise<void> => {
    for (let looks = 0; looks < PARTING_LOOKS && (await agent.page()) === true; looks += 1) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  };

  const open = async (): Promise<void> => {
    if (opening) return;
    opening = true;
    watch.opened();
    const old = window;
    const fresh = electron.createWindow({
      kiosk: true,
      fullscreen: true,
      frame: false,
      show: true,
      backgroundColor: '#F6F1E6',
      alwaysOnTop: true,
      autoHideMenuBar: true,
      webPreferences: { ...WEB_PREFERENCES, partition: PARTITION },
    });
    window = fresh;
    keepInFront(fresh);
    let gone = false;
    keepAlive(fresh, (why) => {
      if (gone || window !== fresh) return;
      gone = true;
      say(`shell: ${why}`);
      later(RETRY_MS, open);
    });
    // The new window covers the old one before that goes: nobody sees the desktop.
    if (old !== null && !old.isDestroyed()) old.destroy();
    const url = await enter();
    opening = false;
    if (gone) return open();
    origin = new URL(url).origin;
    // The agent may have come back with another configuration.
    camera = await agent.camera();
    watch.opened();
    // A failure is told by 'did-fail-load' as well.
    await fresh.loadURL(url).catch(() => undefined);
  };

  /** A ticket, however long the agent takes to come. */
  const enter = async (): Promise<string> => {
    await parted();
    for (;;) {
      const url = await agent.ticket();
      if (url !== null) return url;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };

  const look = async (): Promise<void> => {
    const gone = watch.gone(await agent.page());
    if (gone && !opening) {
      say('shell: the agent sees no page');
      await open();
    }
    later(LOOK_MS, look);
  };

  app.enableSandbox();
  app.commandLine.appendSwitch('disable-pinch');
  app.commandLine.appendSwitch('autoplay-policy', 'no-user-gesture-required');
  app.commandLine.appendSwitch('overscroll-history-navigation', '0');
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND , EXCLUDE 127.0.0.1');
  lockApp(app, () => origin);
  electron.noMenu();
  /** Not awaited: Electron becomes ready only after its main module has been loaded. */
  const begin = async (): Promise<void> => {
    await app.whenReady();
    lockSession(electron.pageSession(PARTITION), () => origin, () => camera);
    electron.powerSaveBlocker.start('prevent-display-sleep');
    later(LOOK_MS, look);
    await open();
  };
  void begin();
};
