/** The citizen's window: which of the two shells opens it, and that it is always there. */
import { join } from 'node:path';
import { entry } from '../entry.ts';
import { askCamera, askPage, askTicket } from './agent-socket.ts';
import { chromiumArguments, chromiumEnvironment, findChromium, hasDisplay, makeProfile, removeProfile, rootRefusal } from './chromium.ts';
import { electronBinary } from './electron-binary.ts';
import { guarded } from './guard.ts';
import type { Shell } from './options.ts';
import { createPageWatch, LOOK_MS } from './page-watch.ts';
import { supervise, type Supervised } from './supervise.ts';
import { screenSize } from './x-screen.ts';

export type Window = { kind: 'none' } | { kind: 'electron' | 'chromium'; file: string };

/** What a machine has for windows; tests put their own. */
export interface Machine {
  display: boolean;
  uid: number | undefined;
  electron(): Promise<string | null>;
  chromium(): string | null;
}

/** @param packages folder `node_modules` with Electron's package */
export const thisMachine = (packages: string, say: (line: string) => void): Machine => ({
  display: hasDisplay(),
  uid: process.getuid?.(),
  electron: () => electronBinary(join(packages, 'electron'), say),
  chromium: findChromium,
});

/**
 * Chooses the window: Electron where it can be had, else the system's Chromium, else none (the address is printed).
 * @throws Error with one plain sentence when the shell that was asked for cannot be opened here, or not by this user
 */
export const chooseWindow = async (shell: Shell, demo: boolean, machine: Machine, say: (line: string) => void): Promise<Window> => {
  if (shell === 'none') return { kind: 'none' };
  if (!machine.display) {
    if (shell !== 'auto') throw new Error(`--shell ${shell}: there is no display here (DISPLAY and WAYLAND_DISPLAY are not set)`);
    say('没有显示器，只在后台运行。\nNo display here; serving only.');
    return { kind: 'none' };
  }
  const refusal = rootRefusal(machine.uid, demo);
  if (refusal !== null) throw new Error(refusal);
  if (shell !== 'chromium') {
    const file = await machine.electron();
    if (file !== null) return { kind: 'electron', file };
    if (shell === 'electron') throw new Error('--shell electron: its binary is not here and could not be fetched');
  }
  const file = machine.chromium();
  if (file !== null) return { kind: 'chromium', file };
  if (shell === 'chromium') throw new Error('--shell chromium: no Chromium is installed here');
  say('没有找到 Electron 和 Chromium，请用浏览器打开下面的地址。\nNeither Electron nor Chromium was found; open the address below in a browser.');
  return { kind: 'none' };
};

/** A program whose profile lives as long as it does. */
const withProfile = (run: string, command: (profile: string) => Promise<{ args: string[]; file: string; env: NodeJS.ProcessEnv } | null>): Supervised => {
  let profile: string | null = null;
  const forget = (): void => {
    if (profile !== null) removeProfile(profile);
    profile = null;
  };
  return supervise({
    name: 'shell',
    command: async () => {
      forget();
      profile = makeProfile();
      const found = await command(profile);
      if (found === null) {
        forget();
        return null;
      }
      return { ...guarded(found.file, found.args), env: found.env };
    },
    pidFile: join(run, 'shell.pid'),
    onEnd: forget,
  });
};

/** Electron opens its window again by itself; only the program has to be kept. */
const electronWindow = (file: string, socket: string, run: string, asRoot: boolean): Supervised =>
  withProfile(run, async (profile) => ({
    file,
    args: [...(asRoot ? ['--no-sandbox'] : []), entry('electron-main'), '--socket', socket, '--state', join(run, 'window'), '--profile', profile],
    env: chromiumEnvironment(profile),
  }));

/** Chromium opened anew, with a new ticket, whenever it or its page dies. */
const chromiumWindow = (file: string, socket: string, run: string, asRoot: boolean): Supervised => {
  const watch = createPageWatch(() => performance.now());
  const window = withProfile(run, async (profile) => {
    const url = await askTicket(socket);
    if (url === null) return null;
    const [camera, screen] = await Promise.all([askCamera(socket), screenSize()]);
    watch.opened();
    return { file, args: chromiumArguments({ url, profile, sandbox: !asRoot, camera, screen }), env: chromiumEnvironment(profile) };
  });
  const look = async (): Promise<void> => {
    if (!watch.gone(await askPage(socket))) return;
    watch.opened();
    process.stderr.write('shell: the agent sees no page\n');
    window.restart();
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    ...window,
    letEnd: () => {
      clearInterval(timer);
      window.letEnd();
    },
    stop: () => {
      clearInterval(timer);
      return window.stop();
    },
  };
};

/**
 * Opens the window and keeps it open.
 * @param run the home's folder `run`
 */
export const openWindow = (window: Exclude<Window, { kind: 'none' }>, socket: string, run: string): Supervised => {
  const asRoot = process.getuid?.() === 0;
  return window.kind === 'electron' ? electronWindow(window.file, socket, run, asRoot) : chromiumWindow(window.file, socket, run, asRoot);
};
