/** Tells the agent how the devices are that the page itself opens. The agent takes silence for a fault. */
import type { PageDeviceReport, SessionView } from '../../api/types.ts';
import { lookForCamera } from './device.ts';

export type PageDevice = SessionView['terminal']['pageDevices'][number];

const LOOK_MS = 4_000;
/** Less than a third of the time after which the agent takes the page for silent. */
const SAY_MS = 10_000;

/** Never throws: an agent that is away asks again by its next view. @returns whether it was heard */
export const report = async (body: PageDeviceReport): Promise<boolean> => {
  try {
    return (await fetch('/api/citizen/devices', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), cache: 'no-store' })).ok;
  } catch {
    return false;
  }
};

/** A keyboard and the glass are there as long as the page is. */
const lookAt = async ({ thing, label }: PageDevice): Promise<Pick<PageDeviceReport, 'state' | 'name'>> => (thing === 'camera' ? lookForCamera(label) : { state: 'present', name: null });

/** Looks every few seconds and when the browser says that something was plugged in or out, until the returned function is called. */
export const watchDevices = (devices: readonly PageDevice[]): (() => void) => {
  const said = new Map<string, { words: string; at: number }>();
  let looking = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    if (looking || stopped) return;
    looking = true;
    for (const device of devices) {
      const body: PageDeviceReport = { device: device.device, ...(await lookAt(device)) };
      const words = JSON.stringify(body);
      const before = said.get(device.device);
      if (before?.words === words && performance.now() - before.at < SAY_MS) continue;
      if (await report(body)) said.set(device.device, { words, at: performance.now() });
    }
    looking = false;
  };
  const now = (): void => void look();
  const timer = window.setInterval(now, LOOK_MS);
  const media = navigator.mediaDevices as MediaDevices | undefined;
  media?.addEventListener('devicechange', now);
  now();
  return () => {
    stopped = true;
    window.clearInterval(timer);
    media?.removeEventListener('devicechange', now);
  };
};
