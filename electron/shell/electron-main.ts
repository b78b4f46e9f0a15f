/**
 * The Electron shell: one locked window on the agent's address. It knows nothing of cases or devices; it asks the
 * agent's socket for a one-time ticket, shows the page, and opens it again when the page or the agent dies.
 */
import { app, BrowserWindow, Menu, powerSaveBlocker, session } from 'electron';
import { parseArgs } from 'node:util';
import { askPage, askTicket } from './agent-socket.ts';
import { keepAlive, lockApp, lockSession, WEB_PREFERENCES } from './lockdown.ts';

const RETRY_MS = 500;
const WATCH_MS = 1_000;

const { values } = parseArgs({ args: process.argv.slice(1), options: { socket: { type: 'string' } }, strict: false, allowPositionals: true });
const socket = typeof values.socket === 'string' ? values.socket : '';
let origin = 'http://127.0.0.1:0';
let window: BrowserWindow | null = null;
let opening = false;

const open = async (): Promise<void> => {
  if (opening) return;
  opening = true;
  const url = await askTicket(socket);
  if (url === null) {
    opening = false;
    setTimeout(() => void open(), RETRY_MS);
    return;
  }
  origin = new URL(url).origin;
  const old = window;
  const fresh = new BrowserWindow({ kiosk: true, fullscreen: true, frame: false, show: true, backgroundColor: '#F6F1E6', alwaysOnTop: true, autoHideMenuBar: true, webPreferences: WEB_PREFERENCES });
  window = fresh;
  let replaced = false;
  keepAlive(fresh, (why) => {
    if (replaced || window !== fresh) return;
    replaced = true;
    process.stderr.write(`shell: ${why}\n`);
    setTimeout(() => void open(), RETRY_MS);
  });
  opening = false;
  old?.destroy();
  await fresh.loadURL(url).catch(() => undefined);
};

/** An agent that restarted may not know the page any more: then the page gets a new ticket. */
const watch = (): void => {
  let missing = 0;
  setInterval(() => {
    void askPage(socket).then((connected) => {
      missing = connected === false ? missing + 1 : 0;
      if (missing < 3) return undefined;
      missing = 0;
      return open();
    });
  }, WATCH_MS);
};

/** Not awaited at the top level: Electron becomes ready only after this module has been loaded. */
const show = async (): Promise<void> => {
  await app.whenReady();
  lockSession(session.defaultSession, () => origin);
  powerSaveBlocker.start('prevent-display-sleep');
  watch();
  await open();
};

if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  app.commandLine.appendSwitch('disable-pinch');
  app.commandLine.appendSwitch('overscroll-history-navigation', '0');
  lockApp(app, () => origin);
  Menu.setApplicationMenu(null);
  void show();
} else {
  app.quit();
}
