/**
 * What a roll of slips still gives. No printer counts its roll: there is a sensor that tells when it is nearly used up, and from then on
 * the slips that go out are counted here, from what such a rest certainly gives. Kept in a file: a restart must not make paper.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { DeviceConfig } from '../../kiosk-config/index.ts';
import type { DeviceHealth } from './types.ts';

/** The usual near-end sensors leave three metres or more, and the longest slip is 226 mm. */
export const SLIPS_WHEN_LOW = 10;

const kept = z.record(z.string(), z.number().int().nonnegative());

export interface Rolls {
  /** A slip has gone out, or may have. */
  printed(device: string): void;
  /** Looks at what the printers say: a roll that is no longer low is a new one. */
  look(health: readonly DeviceHealth[]): void;
  /** The same health, with the slips that are left where that is known. */
  told(health: DeviceHealth): DeviceHealth;
}

const isRoll = ({ deviceClass }: DeviceHealth): boolean => deviceClass === 'receipt-printer' || deviceClass === 'ticket-dispenser';
const isLow = ({ status }: DeviceHealth): boolean => status.conditions.some(({ code }) => code === 'paper-low');
/** A printer that is away says nothing of its roll; one without paper says nothing of the next one. */
const saysEnough = (health: DeviceHealth): boolean => health.status.online && health.status.component !== 'unknown' && !isLow(health) && !health.status.conditions.some(({ code }) => code === 'paper-out' || code === 'cover-open');

const read = (file: string): Map<string, number> => {
  try {
    return new Map(Object.entries(kept.parse(JSON.parse(readFileSync(file, 'utf8')))));
  } catch {
    return new Map();
  }
};

/** @param file JSON; may be missing or spoilt: then every low roll counts from its start */
export const createRolls = (devices: readonly Pick<DeviceConfig, 'id' | 'slipsWhenLow'>[], file: string): Rolls => {
  const used = read(file);
  const low = new Set(used.keys());
  const keep = (): void => {
    try {
      if (used.size === 0) return rmSync(file, { force: true });
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(used)), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch {
      // A full disk has a screen of its own; until the next start the count is in memory.
    }
  };
  return {
    printed: (device) => {
      if (!low.has(device)) return;
      used.set(device, (used.get(device) ?? 0) + 1);
      keep();
    },
    look: (health) => {
      for (const one of health) {
        if (!isRoll(one)) continue;
        if (isLow(one)) low.add(one.id);
        else if (saysEnough(one) && low.delete(one.id) && used.delete(one.id)) keep();
      }
    },
    told: (health) => {
      if (!isRoll(health) || !low.has(health.id)) return health;
      const most = devices.find(({ id }) => id === health.id)?.slipsWhenLow ?? SLIPS_WHEN_LOW;
      const left = Math.max(0, most - (used.get(health.id) ?? 0));
      const { status } = health;
      return { ...health, status: { ...status, supplies: [...status.supplies.filter(({ name }) => name !== 'paper'), { name: 'paper', percent: null, left }] } };
    },
  };
};
