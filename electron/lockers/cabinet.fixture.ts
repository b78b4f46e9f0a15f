/** A cabinet for tests, moved by hand, and the terminal file that describes it. */
import type { Devices } from '../devices/index.ts';
import { fail, ok } from '../../drivers/contract.ts';
import type { LockersOptions } from './desk.ts';

export const TERMINAL = {
  pickUp: { cells: [{ device: 'locker', board: 1, from: 1, to: 3 }], doors: 'watched', leftOpenSeconds: 60, overdueDays: 15, codeAlone: true },
  devices: [{ id: 'locker', class: 'locker', transport: 'tcp:127.0.0.1:1', where: { zh: '机器左边', en: 'On the left' }, options: {} }],
} satisfies LockersOptions['terminal'];

/** How the next pulse ends. `hangs`: nobody answers any more. */
export type Answer = 'opened' | 'stuck' | 'unknown' | 'unopened' | 'hangs';

export const handMadeCabinet = (cells = 3) => {
  const open = new Set<number>();
  const occupied = new Map<number, boolean>();
  const pulses: number[] = [];
  const cabinet = {
    open,
    occupied,
    pulses,
    answer: 'opened' as Answer,
    away: false,
    devices: {
      health: () => [{ id: 'locker', deviceClass: 'locker', lastSeen: '2026-11-23T10:00:00+08:00', status: { online: !cabinet.away, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: null } }],
      command: async (_class: string, command: string, input: { board: number; cell?: number }, options: { onProgress?: (progress: { step: 'pulsed' }) => void }) => {
        const told = (cell: number) => ({ cell, door: open.has(cell) ? 'open' : 'closed', occupied: occupied.get(cell) ?? null });
        if (cabinet.away) return fail('not-responding', 'silent');
        if (command === 'cells') return ok({ cells: input.cell === undefined ? Array.from({ length: cells }, (_unused, index) => told(index + 1)) : [told(input.cell)] });
        const cell = input.cell ?? 0;
        if (cabinet.answer === 'unopened') return fail('disconnected', 'before anything was sent');
        pulses.push(cell);
        options.onProgress?.({ step: 'pulsed' });
        if (cabinet.answer === 'hangs') return new Promise(() => undefined);
        if (cabinet.answer === 'stuck') return fail('cell-stuck', 'stays closed');
        if (cabinet.answer === 'unknown') return fail('timed-out', 'nobody tells');
        open.add(cell);
        return ok({ cells: [told(cell)] });
      },
    } as unknown as Pick<Devices, 'command' | 'health'>,
  };
  return cabinet;
};
