import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ElectronStandIn, type WindowStandIn } from './electron.fixture.ts';
import { runShell } from './electron-shell.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An agent as the shell sees it. */
const agentOf = () => {
  const agent = {
    up: true,
    connected: false,
    tickets: 0,
    ticket: async (): Promise<string | null> => (agent.up ? `http://127.0.0.1:4173/enter?ticket=${(agent.tickets += 1)}` : null),
    camera: async (): Promise<boolean> => false,
    page: async (): Promise<boolean | null> => (agent.up ? agent.connected : null),
  };
  return agent;
};

const begin = async (electron = new ElectronStandIn(), agent = agentOf()) => {
  const said: string[] = [];
  runShell(electron, agent, { state: '/home/run/window', profile: '/dev/shm/profile' }, (line) => said.push(line));
  await vi.advanceTimersByTimeAsync(0);
  /** The one window that stands. */
  const window = (): WindowStandIn => {
    expect(electron.open()).toHaveLength(1);
    return electron.open()[0]!;
  };
  return { electron, agent, said, window };
};

/** A terminal whose page is connected. */
const running = async () => {
  const shell = await begin();
  shell.agent.connected = true;
  await vi.advanceTimersByTimeAsync(1_000);
  return shell;
};

const address = (ticket: number): string => `http://127.0.0.1:4173/enter?ticket=${ticket}`;

describe('the Electron shell', () => {
  it('opens one locked kiosk window on a one-time ticket', async () => {
    const { electron, window } = await begin();
    expect(window().loaded).toEqual([address(1)]);
    expect(window().options).toMatchObject({ kiosk: true, fullscreen: true, frame: false, alwaysOnTop: true, webPreferences: { sandbox: true, partition: 'page' } });
    expect(window().webContents.refuses('will-navigate', { url: 'https://example.org/' })).toBe(true);
    expect(window().webContents.refuses('will-navigate', { url: 'http://127.0.0.1:4173/' })).toBe(false);
    expect(electron.session.fetches('http://127.0.0.1:4173/')).toBe(true);
    expect(electron.session.fetches('https://example.org/')).toBe(false);
  });

  it('keeps what the engine writes in memory, resolves no name, blanks no screen and has no menu', async () => {
    const { electron } = await begin();
    expect(electron.app.paths).toEqual({ userData: '/home/run/window', sessionData: '/dev/shm/profile' });
    expect(electron.partitions).toEqual(['page']);
    expect(electron.app.sandboxed).toBe(true);
    expect(electron.app.switches).toContain('host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1');
    expect(electron.blockers).toEqual(['prevent-display-sleep']);
    expect(electron.menus).toBe(0);
  });

  it('ends at once when another one runs on this home', async () => {
    const { electron } = await begin(new ElectronStandIn(false));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(electron.app.exitCode).toBe(0);
    expect(electron.windows).toHaveLength(0);
  });

  it.each([
    ['crashes', (window: WindowStandIn) => window.webContents.play('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }), 'page gone: crashed'],
    ['hangs', (window: WindowStandIn) => window.webContents.play('unresponsive'), 'page unresponsive'],
    ['does not load', (window: WindowStandIn) => window.webContents.play('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', 'x', true, 1, 1), 'page did not load: -102 ERR_CONNECTION_REFUSED'],
    ['is destroyed with its window', (window: WindowStandIn) => window.destroy(), 'window closed'],
  ])('opens a fresh window with a fresh ticket within 3 s when the page %s', async (_what, happen, why) => {
    const { agent, said, window } = await running();
    const before = window();
    happen(before);
    agent.connected = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(window()).not.toBe(before);
    expect(window().loaded).toEqual([address(2)]);
    expect(said).toEqual([`shell: ${why}`]);
  });

  it('does not mind a part of the page that does not load', async () => {
    const { electron, window } = await running();
    window().webContents.play('did-fail-load', {}, -3, 'ERR_ABORTED', 'x', false, 1, 1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(electron.windows).toHaveLength(1);
  });

  it('enters only when the agent no longer sees the page that hangs', async () => {
    const { agent, window } = await running();
    window().webContents.play('unresponsive');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(window().loaded).toEqual([]);
    agent.connected = false;
    await vi.advanceTimersByTimeAsync(500);
    expect(window().loaded).toEqual([address(2)]);
  });

  it('waits for an agent that is away, and shows the page as soon as it comes', async () => {
    const agent = agentOf();
    agent.up = false;
    const { window } = await begin(new ElectronStandIn(), agent);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(window().loaded).toEqual([]);
    agent.up = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(window().loaded).toEqual([address(1)]);
  });

  it('opens a window again that dies while the agent is away', async () => {
    const agent = agentOf();
    agent.up = false;
    const { electron, window } = await begin(new ElectronStandIn(), agent);
    electron.windows[0]!.destroy();
    await vi.advanceTimersByTimeAsync(2_000);
    agent.up = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(window().loaded).toHaveLength(1);
  });

  it('leaves the page alone when the agent dies and comes back: the page finds it by itself', async () => {
    const { electron, agent, window } = await running();
    agent.up = false;
    await vi.advanceTimersByTimeAsync(2_000);
    agent.up = true;
    agent.connected = false;
    await vi.advanceTimersByTimeAsync(4_000);
    agent.connected = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(electron.windows).toHaveLength(1);
    expect(window().loaded).toEqual([address(1)]);
  });

  it('opens a fresh window when the agent does not know the page any more', async () => {
    const { agent, said, window } = await running();
    agent.connected = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(window().loaded).toEqual([address(2)]);
    expect(said).toEqual(['shell: the agent sees no page']);
  });

  it('never has two windows, whatever comes together', async () => {
    const { electron, agent, window } = await running();
    const first = window();
    first.webContents.play('render-process-gone', {}, { reason: 'oom', exitCode: 1 });
    first.webContents.play('unresponsive');
    first.destroy();
    agent.connected = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(electron.windows).toHaveLength(2);
    expect(window().loaded).toEqual([address(2)]);
  });
});
