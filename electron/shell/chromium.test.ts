import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chromiumArguments, chromiumEnvironment, findChromium, hasDisplay, makeProfile, removeProfile, removeStaleProfiles, rootRefusal } from './chromium.ts';
import { chooseWindow, type Machine } from './windows.ts';

const folder = mkdtempSync(join(tmpdir(), 'hall24-chromium-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the command line of the Chromium kiosk', () => {
  const args = chromiumArguments({ url: 'http://127.0.0.1:1/enter?ticket=t', profile: '/dev/shm/p', sandbox: true });

  it('shows one address full-screen in a profile of its own', () => {
    expect(args).toEqual(expect.arrayContaining(['--kiosk', '--app=http://127.0.0.1:1/enter?ticket=t', '--user-data-dir=/dev/shm/p', '--incognito', '--start-fullscreen']));
  });

  it('resolves no name but our own address', () => {
    expect(args).toContain('--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1');
  });

  it('lets the page reach the agent’s own port alone: the rest of this machine lies behind a proxy that does not exist', () => {
    expect(args).toEqual(expect.arrayContaining(['--proxy-server=http://nowhere.invalid:9', '--proxy-bypass-list=<-loopback>;127.0.0.1:1']));
  });

  it('says how large the window is where the screen is known', () => {
    expect(args.some((arg) => arg.startsWith('--window-size'))).toBe(false);
    expect(chromiumArguments({ url: 'http://127.0.0.1:1/', profile: 'y', sandbox: true, screen: { width: 1080, height: 1920 } })).toContain('--window-size=1080,1921');
  });

  it('is sandboxed unless it is told not to be', () => {
    expect(args.some((arg) => arg.includes('sandbox'))).toBe(false);
    expect(chromiumArguments({ url: 'http://127.0.0.1:1/', profile: 'y', sandbox: false })).toContain('--no-sandbox');
  });

  it('opens no door for a debugger', () => {
    expect(args.some((arg) => arg.startsWith('--remote-debugging'))).toBe(false);
  });

  it('opens a camera only where the terminal has one, and never plays at having one', () => {
    expect(args.some((arg) => arg.includes('camera') || arg.includes('capture') || arg.includes('fake'))).toBe(false);
    const withCamera = chromiumArguments({ url: 'http://127.0.0.1:1/', profile: 'y', sandbox: true, camera: true });
    expect(withCamera).toContain('--auto-accept-camera-and-microphone-capture');
    expect(withCamera.some((arg) => arg.includes('fake'))).toBe(false);
  });

  it('says each switch once: of a switch said twice only the last counts', () => {
    const names = args.map((arg) => arg.split('=')[0]);
    expect(names).toHaveLength(new Set(names).size);
  });
});

describe('the profile', () => {
  it('lies in memory, offers neither translation nor passwords, and is removed whole', () => {
    const profile = makeProfile();
    expect(dirname(profile)).toBe(existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
    const preferences: unknown = JSON.parse(readFileSync(join(profile, 'Default', 'Preferences'), 'utf8'));
    expect(preferences).toMatchObject({ translate: { enabled: false }, credentials_enable_service: false, printing: { enabled: false } });
    removeProfile(profile);
    expect(existsSync(profile)).toBe(false);
  });

  it('takes everything that the browser and its libraries write', () => {
    const env = chromiumEnvironment('/dev/shm/p', { HOME: '/home/kiosk', DISPLAY: ':0', LANG: 'zh_CN.UTF-8' });
    expect(env).toMatchObject({ HOME: '/dev/shm/p', TMPDIR: '/dev/shm/p', XDG_CACHE_HOME: '/dev/shm/p/cache', DISPLAY: ':0', LANG: 'zh_CN.UTF-8' });
    // The window still finds its way to the screen.
    expect(env['XAUTHORITY']).toBe('/home/kiosk/.Xauthority');
    expect(chromiumEnvironment('/dev/shm/p', { XAUTHORITY: '/run/x' })['XAUTHORITY']).toBe('/run/x');
  });

  it('is removed at the next start when its owner was killed, and only then', () => {
    const own = makeProfile();
    const [, , pid, began] = basename(own).split('-');
    const names = {
      alive: basename(own),
      // The same process id, but of a process that began at another time: the id was given away again.
      reused: `hall24-page-${pid}-${Number(began) + 1}-abcdef`,
      dead: 'hall24-page-4194304-77-abcdef',
      foreign: 'hall24-pages-of-somebody',
      other: 'org.chromium.x',
    };
    for (const name of Object.values(names)) mkdirSync(join(folder, name));
    removeStaleProfiles([folder]);
    const left = Object.entries(names).flatMap(([what, name]) => (existsSync(join(folder, name)) ? [what] : []));
    removeProfile(own);
    expect(left).toEqual(process.platform === 'linux' ? ['alive', 'foreign', 'other'] : ['alive', 'reused', 'foreign', 'other']);
  });
});

describe('which window is opened', () => {
  it('knows a display', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'win32')).toBe(true);
  });

  it('finds Chromium under any of its names, and only on the path', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'google-chrome'), '');
    chmodSync(join(bin, 'google-chrome'), 0o755);
    expect(findChromium(`/nowhere:${bin}`)).toBe(join(bin, 'google-chrome'));
    expect(findChromium('')).toBe(null);
  });

  it('is not opened as root, but for the demonstration', () => {
    expect(rootRefusal(0, false)).toContain('not opened as root');
    expect(rootRefusal(0, true)).toBe(null);
    expect(rootRefusal(1_000, false)).toBe(null);
    expect(rootRefusal(undefined, false)).toBe(null);
  });

  const machine = (more: Partial<Machine>): Machine => ({ display: true, uid: 1_000, electron: async () => '/e', chromium: () => '/c', ...more });
  const choose = async (shell: Parameters<typeof chooseWindow>[0], more: Partial<Machine> = {}, demo = true): Promise<[unknown, string]> => {
    const said: string[] = [];
    return [await chooseWindow(shell, demo, machine(more), (line) => said.push(line)), said.join('\n')];
  };
  const noElectron = { electron: async () => null };
  const nothing = { ...noElectron, chromium: () => null };

  it('is Electron where it can be had, else Chromium, else the address is printed', async () => {
    expect(await choose('auto')).toEqual([{ kind: 'electron', file: '/e' }, '']);
    expect(await choose('auto', noElectron)).toEqual([{ kind: 'chromium', file: '/c' }, '']);
    const [window, said] = await choose('auto', nothing);
    expect(window).toEqual({ kind: 'none' });
    expect(said).toContain('open the address below in a browser');
  });

  it('is the one that was asked for, or none and why', async () => {
    expect(await choose('chromium')).toEqual([{ kind: 'chromium', file: '/c' }, '']);
    expect(await choose('none')).toEqual([{ kind: 'none' }, '']);
    await expect(choose('electron', noElectron)).rejects.toThrow('--shell electron: its binary is not here');
    await expect(choose('chromium', nothing)).rejects.toThrow('--shell chromium: no Chromium is installed');
    await expect(choose('chromium', { display: false })).rejects.toThrow('there is no display here');
  });

  it('serves without a window where there is no display', async () => {
    const [window, said] = await choose('auto', { display: false });
    expect(window).toEqual({ kind: 'none' });
    expect(said).toContain('No display here');
  });

  it('is refused to root in a real hall, with either shell', async () => {
    for (const shell of ['auto', 'electron', 'chromium'] as const) await expect(choose(shell, { uid: 0 }, false)).rejects.toThrow('not opened as root');
    expect(await choose('none', { uid: 0 }, false)).toEqual([{ kind: 'none' }, '']);
  });
});
