import { afterEach, describe, expect, it } from 'vitest';
import { fail, ok, type IdCard, type Result } from '../../drivers/contract.ts';
import { ManualClock } from '../clock/index.ts';
import { config, RESIDENT } from '../session/fixtures.ts';
import type { SessionEvent } from '../session/index.ts';
import { CardAlarm } from './card-alarm.ts';
import { CardReading } from './card-reading.ts';
import type { Deps } from './deps.ts';

type Answers = { present?: Result<{ present: boolean; same: boolean }>[]; read?: Result<IdCard>[]; /** Sentences take until they are cut off. */ longVoice?: true };

/** A reader that answers what it is told to, then waits until it is asked no more. */
const reader = (answers: Answers) => {
  const asked: string[] = [];
  const said: unknown[] = [];
  const noted: unknown[] = [];
  const audited: [string, unknown][] = [];
  const events: SessionEvent[] = [];
  const clock = new ManualClock();
  const deadlines: unknown[] = [];
  const command = (deviceClass: string, name: string, input: unknown, { signal, deadlineMs }: { signal?: AbortSignal; deadlineMs?: number }): Promise<Result<unknown>> => {
    if (deviceClass === 'sound') {
      said.push(input);
      if (answers.longVoice) return new Promise((resolve) => signal?.addEventListener('abort', () => (said.push('cut off'), resolve(fail('cancelled', 'cut off')))));
      return Promise.resolve(ok({ by: 'espeak-ng', ms: 1 }));
    }
    asked.push(name);
    if (name === 'read') deadlines.push(deadlineMs);
    const next = name === 'present' ? answers.present?.shift() : answers.read?.shift();
    if (next !== undefined) return Promise.resolve(next);
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(fail('cancelled', 'cancelled'))));
  };
  const deps = {
    clock,
    config: { ...config, terminal: { ...config.terminal, devices: [...config.terminal.devices, { id: 'voice', class: 'sound', transport: 'sound:default', where: { zh: '', en: '' }, options: {} }] } },
    devices: { command, note: (...note: unknown[]) => noted.push(note) },
    audit: { write: (name: string, fields: unknown) => audited.push([name, fields]) },
    log: { warn: () => undefined, info: () => undefined, error: () => undefined },
  } as unknown as Deps;
  const reading = new CardReading(deps, (event) => {
    events.push(event);
    // The session stops asking on these pages.
    if (event.type === 'card-left' || event.type === 'card-read') reading.want(false);
  });
  running.push(reading);
  return { reading, deps, clock, asked, said, noted, audited, events, deadlines };
};
const running: CardReading[] = [];
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

afterEach(async () => {
  for (const one of running.splice(0)) {
    one.want(false);
    await one.idle();
  }
});

describe('waiting for a card', () => {
  it('reads, and puts the kind of card on record', async () => {
    const { reading, events, audited } = reader({ read: [ok(RESIDENT)] });
    reading.want(true);
    await settle();
    expect(events).toMatchObject([{ type: 'card-read', card: { name: RESIDENT.name } }]);
    expect(audited).toEqual([['card.read', { kind: 'resident', ok: true }]]);
  });

  it('puts an expired card on record as refused', async () => {
    const { reading, audited } = reader({ read: [ok({ ...RESIDENT, validTo: '2026-11-21' })] });
    reading.want(true);
    await settle();
    expect(audited).toEqual([['card.refused', { reason: 'expired' }]]);
  });

  it('refuses a card with a character that nobody can write here, and nothing of it goes further', async () => {
    const { reading, events, audited } = reader({ read: [ok({ ...RESIDENT, name: '李\ue001', unmapped: [{ field: 'name', codePoint: 'U+E001' }] })] });
    reading.want(true);
    await settle();
    expect(events).toEqual([{ type: 'card-failed', fault: 'unmapped-character' }]);
    expect(audited).toEqual([['card.refused', { reason: 'unmapped-character' }]]);
  });

  it('after a restart, asks first whether the card read last still lies there: it is nobody’s who stands here now', async () => {
    const { reading, asked, events } = reader({ present: [ok({ present: true, same: true })], read: [ok(RESIDENT)] });
    reading.mayBeLeft('same');
    reading.want(true);
    await settle();
    expect([asked, events]).toEqual([['present'], [{ type: 'card-left', present: true }]]);
  });

  it('after a restart, reads a card that was laid anew', async () => {
    const { reading, asked, events } = reader({ present: [ok({ present: true, same: false })], read: [ok(RESIDENT)] });
    reading.mayBeLeft('same');
    reading.want(true);
    await settle();
    expect(asked).toEqual(['present', 'read']);
    expect(events).toMatchObject([{ type: 'card-read' }]);
  });

  it('after a session’s end at which the reader was silent, reads nothing until it says that no card is left', async () => {
    const { reading, clock, asked, events } = reader({ present: [fail('not-responding', 'silent'), ok({ present: true, same: false })], read: [ok(RESIDENT)] });
    reading.mayBeLeft('any');
    reading.want(true);
    await settle();
    expect(events).toEqual([{ type: 'card-failed', fault: 'not-responding' }]);
    clock.advance(700);
    await settle();
    expect(asked).toEqual(['present', 'present']);
    expect(events.at(-1)).toEqual({ type: 'card-left', present: true });
  });
});

describe('the alarm for a card left behind', () => {
  it('is a condition of the reader and a voice in both languages, until the card is gone', async () => {
    const { deps, clock, said, noted } = reader({});
    const alarm = new CardAlarm(deps);
    alarm.set(true);
    alarm.set(true);
    await settle();
    expect(said).toEqual([{ text: '请拿走身份证', language: 'zh' }, { text: 'Please take your ID card', language: 'en' }]);
    clock.advance(8_000);
    await settle();
    expect(said).toHaveLength(4);
    alarm.set(false);
    clock.advance(60_000);
    await settle();
    expect(said).toHaveLength(4);
    expect(noted).toMatchObject([['id-card', 'media-left', { code: 'media-left', severity: 'error', remedy: 'clear' }], ['id-card', 'media-left', null]]);
  });

  it('breaks off in the middle of a word when the card is lifted: whoever comes next hears nothing of it', async () => {
    const { deps, clock, said } = reader({ longVoice: true });
    const alarm = new CardAlarm(deps);
    alarm.set(true);
    await settle();
    alarm.set(false);
    await settle();
    clock.advance(60_000);
    await settle();
    expect(said).toEqual([{ text: '请拿走身份证', language: 'zh' }, 'cut off']);
    alarm.set(true);
    await settle();
    expect(said).toHaveLength(3);
    alarm.set(false);
  });

  it('after a fault, asks for no card in a few seconds, so that nobody is told of a broken reader for half a minute', async () => {
    const { reading, clock, events, deadlines } = reader({ read: [fail('bad-frame', 'broken'), fail('no-media', 'no card'), fail('no-media', 'no card')] });
    reading.want(true);
    await settle();
    clock.advance(700);
    await settle();
    expect(events.map((event) => event.type === 'card-failed' && event.fault)).toEqual(['bad-frame', 'no-media', 'no-media']);
    expect(deadlines).toEqual([30_000, 3_000, 30_000, 30_000]);
  });
});
