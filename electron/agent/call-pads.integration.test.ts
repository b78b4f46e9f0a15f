/** A pad's wire, the real device host, the real queue: from a key on an emulated pad to a number called. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCallPadEmulator } from '../../drivers/call-pad/emulator.ts';
import { openLanHall } from '../../test/queue/lan-hall.ts';
import { systemClock } from '../clock/index.ts';
import { createDevices } from '../devices/index.ts';
import { RULES } from '../queue/rules/fixtures.ts';
import { CallPads, createPadDesk } from './call-pads.ts';
import type { Deps } from './deps.ts';

test('two pads on one line call, each at its counter; a third is nobody’s; a replugged line goes on', { timeout: 120_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-pads-'));
  const hall = await openLanHall({ home, clock: systemClock, rules: RULES });
  const pad = await startCallPadEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  const terminal = { id: 't1', number: 1, panel: { widthMm: 398, lowerEdgeMm: 760 }, devices: [{ id: 'pads', class: 'call-pad' as const, transport: pad.uri, where: { zh: '窗口', en: 'counter' }, options: { counters: { 7: '1', 8: '2' } } }] };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const devices = createDevices({ terminal, clock: systemClock, log, audit: () => undefined, runDir: home });
  const pads = new CallPads({ config: { terminal }, devices, clock: systemClock, log } as unknown as Deps);
  const record: string[] = [];
  const { queue } = hall;
  pads.attach(
    createPadDesk({
      run: (command) => queue.run(command),
      day: () => queue.day(),
      rules: () => RULES,
      mayWork: () => true,
      clock: systemClock,
      iso: (at) => new Date(at).toISOString(),
      onPress: () => undefined,
      audit: { pressed: (...said) => record.push(said.join(' ')), refused: (...said) => record.push(said.join(' ')) },
    }),
  );
  try {
    for (let ticket = 0; ticket < 3; ticket += 1) await queue.run({ type: 'take', class: 'insurance', by: 't1', priority: null, item: null, identified: true, ticket: String(ticket).padStart(24, '0') });
    for (const [counter, clerk] of [['1', 'lin'], ['2', 'wang']] as const) await queue.run({ type: 'open', counter, clerk });
    await devices.start();
    pads.start();
    const called = (number: string): string | null => queue.day().tickets.get(number)?.counter ?? null;
    await expect.poll(() => pad.listeners(), { timeout: 20_000 }).toBe(1);
    pad.press('next', 7);
    await expect.poll(() => called('A001'), { timeout: 20_000 }).toBe('1');
    pad.press('next', 8);
    await expect.poll(() => called('A002'), { timeout: 20_000 }).toBe('2');
    pad.press('start', 7);
    await expect.poll(() => queue.day().tickets.get('A001')?.state, { timeout: 20_000 }).toBe('serving');
    pad.press('finish', 7);
    await expect.poll(() => queue.day().tickets.get('A001')?.state, { timeout: 20_000 }).toBe('finished');
    pad.press('pause-resume', 7);
    await expect.poll(() => queue.day().counters.get('1')?.paused, { timeout: 20_000 }).toBe(true);
    pad.press('resume', 7);
    await expect.poll(() => queue.day().counters.get('1')?.paused, { timeout: 20_000 }).toBe(false);
    pad.press('transfer', 8, '02');
    await expect.poll(() => queue.day().tickets.get('A002')?.class, { timeout: 20_000 }).toBe('estate');
    pad.press('next', 8, '3');
    await expect.poll(() => called('A003'), { timeout: 20_000 }).toBe('2');
    pad.inject('unknown-key');
    pad.press('next', 7);
    pad.inject(null);
    pad.press('next', 9);
    await expect.poll(() => record, { timeout: 20_000 }).toEqual(['1 next lin', '2 next wang', '1 start lin', '1 finish lin', '1 pause-resume lin', '1 resume lin', '2 transfer wang', '2 next wang', '0 unknown-counter 1']);
    await pad.unplug();
    await pad.replug();
    // As people do: pressed again until it helps.
    await expect.poll(() => (pad.press('recall', 8), queue.day().tickets.get('A003')?.calls ?? 0), { timeout: 60_000, interval: 500 }).toBeGreaterThan(1);
  } finally {
    await pads.stop();
    await devices.stop();
    await pad.close();
    await hall.close();
    rmSync(home, { recursive: true, force: true });
  }
});
