/**
 * What the platform learns of the terminal's devices: every condition that began or ended, in order, each once. Kept with
 * its entry in the record, in the same transaction; told as soon as the platform can be reached.
 */
import { REMEDY_OF, type DeviceClass } from '../../drivers/contract.ts';
import type { Audit, EventFields } from '../audit/index.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { createTelling, deviceNewsEvent, deviceReceipt, sha256Hex, verifyJson, WIRE, type DeviceNewsEvent, type PlatformLink, type Telling } from '../platform/index.ts';
import type { Storage } from '../storage/index.ts';

const AT_A_TIME = 200;

type Began = EventFields<'device.condition-began'>;
type Ended = EventFields<'device.condition-ended'>;

export interface DeviceNewsOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  link: PlatformLink;
  timeZone: string;
  /** 0 ≤ random < 1, for jitter. */
  random?: () => number;
}

export interface DeviceNews extends Telling {
  /**
   * The agent begins to look after the devices: what the platform was told before is void, what lasts is told anew.
   * @param unusable classes of devices that the configuration itself refuses: nobody looks after them, and they stay so until the next start
   */
  began(unusable?: readonly DeviceClass[]): void;
  /** Puts an event of the devices on record; conditions are also kept for the platform. */
  record(event: string, fields: Record<string, unknown>): void;
}

interface Row {
  incarnation: string;
  sequence: number;
  event: string;
}

/** Opens what is still to be told. Nothing is sent before `start()`. */
export const createDeviceNews = ({ storage, audit, clock, link, timeZone, random = Math.random }: DeviceNewsOptions): DeviceNews => {
  const { incarnation } = storage;
  const insert = storage.prepare('INSERT INTO device_news (incarnation, sequence, event) SELECT ?, COALESCE(MAX(sequence), 0) + 1, ? FROM device_news WHERE incarnation = ?');
  /** In the order in which they were kept; of a life before this one first. */
  const untold = storage.prepare('SELECT incarnation, sequence, event FROM device_news WHERE told = 0 ORDER BY ordinal LIMIT ?');

  const keep = (event: Omit<DeviceNewsEvent, 'sequence' | 'at'>): void => {
    const whole = deviceNewsEvent.omit({ sequence: true }).parse({ at: isoWithOffset(clock.wall(), timeZone), ...event });
    insert.run(incarnation, JSON.stringify(whole), incarnation);
  };

  const next = async (signal: AbortSignal): Promise<'told' | 'nothing' | 'failed'> => {
    const rows = untold.all(AT_A_TIME) as Row[];
    const [first] = rows;
    if (first === undefined) return 'nothing';
    const ofLife = rows.filter((row) => row.incarnation === first.incarnation);
    const last = ofLife.at(-1)?.sequence ?? 0;
    if (!(await link.enrolled(signal))) return 'failed';
    const events = ofLife.map(({ sequence, event }) => deviceNewsEvent.parse({ sequence, ...(JSON.parse(event) as object) }));
    const body = JSON.stringify({ terminal: link.terminalId, incarnation: first.incarnation, events });
    const answer = await link.request({ method: 'POST', path: WIRE.deviceNews, body, idempotencyKey: `${first.incarnation}.${link.terminalId}.devices.${last}`, signal });
    if (answer.kind === 'refused') {
      if (answer.status === 401) link.forgetEnrolment();
      audit.write('device.news-refused', { reason: answer.reason });
      return 'failed';
    }
    if (answer.kind !== 'answer') return 'failed';
    const receipt = deviceReceipt.safeParse(answer.json);
    const key = link.platformKey();
    // An answer that does not prove what was kept is no answer.
    if (!receipt.success || key === null || receipt.data.digest !== sha256Hex(body) || receipt.data.incarnation !== first.incarnation || receipt.data.sequence !== last || !verifyJson(key, answer.json as object)) return 'failed';
    storage.transaction(() => {
      storage.prepare('UPDATE device_news SET told = 1 WHERE incarnation = ? AND sequence <= ?').run(first.incarnation, last);
      // The newest stays: the next number follows it.
      storage.prepare('DELETE FROM device_news WHERE told = 1 AND incarnation = ? AND sequence < ?').run(first.incarnation, last);
    });
    return 'told';
  };
  const telling = createTelling({ link, clock, random, next });

  const news: DeviceNews = {
    ...telling,
    began: (unusable = []) => {
      keep({ type: 'started' });
      for (const device of new Set(unusable)) news.record('device.condition-began', { device, condition: 'misconfigured', severity: 'error', remedy: REMEDY_OF.misconfigured });
      telling.wake();
    },
    record: (event, fields) => {
      if (event !== 'device.condition-began' && event !== 'device.condition-ended') {
        audit.write(event as never, fields as never);
        return;
      }
      storage.transaction(() => {
        // The record's own schemas judge the fields.
        audit.write(event as never, fields as never);
        if (event === 'device.condition-began') {
          const { device, condition, severity, remedy } = fields as Began;
          keep({ type: 'condition-began', device, condition, severity, remedy });
        } else {
          const { device, condition } = fields as Ended;
          keep({ type: 'condition-ended', device, condition });
        }
      });
      telling.wake();
    },
  };
  return news;
};
