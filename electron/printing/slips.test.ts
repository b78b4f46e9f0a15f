import jsQR from 'jsqr';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { SlipDocument } from '../../drivers/contract.ts';
import { encodeSlip } from '../../drivers/receipt-printer/codec.ts';
import { paperPng } from '../../drivers/receipt-printer/interpreter.ts';
import { PROFILES } from '../../drivers/receipt-printer/profiles.ts';
import { appointmentInput, demoHall, doubtInput, housing, insurance, placesInput, receiptInput, terminal5, ticketInput } from './fixtures.ts';
import { createFonts } from './fonts.ts';
import { changedShare, TOLERANCE } from './kept-pictures.ts';
import { doubtSlip, placesSlip } from './other-slips.ts';
import { receiptSlip } from './receipt-slip.ts';
import { slipPicture } from './slip-picture.ts';
import { appointmentSlip } from './appointment-slip.ts';
import type { DrawnParts } from './slip.ts';
import { ticketSlip } from './ticket-slip.ts';
import type { Made } from './types.ts';

const fonts = createFonts();
const slipOf = (made: Made<SlipDocument>): SlipDocument => {
  if (!made.ok) throw new Error(made.message);
  return made.value;
};
const words = (slip: SlipDocument): string => slip.parts.map((part) => (part.type === 'text' ? part.text : part.type === 'row' ? `${part.left} ${part.right}` : '')).join('\n');
const lengthMm = async (slip: SlipDocument): Promise<number> => ((await sharp(await slipPicture(fonts, slip)).metadata()).height - 64) / 8;

/** A hall that is not the demonstration's: no paper of it says 演示. */
const realHall = { ...demoHall, demo: false };

const all: [string, () => Made<SlipDocument>][] = [
  ['receipt-offline', () => receiptSlip(fonts, receiptInput)],
  ['receipt-online', () => receiptSlip(fonts, { ...receiptInput, offline: false })],
  ['receipt-real', () => receiptSlip(fonts, { ...receiptInput, hall: realHall })],
  ['receipt-english', () => receiptSlip(fonts, { ...receiptInput, language: 'en', offline: false })],
  ['doubt', () => doubtSlip(fonts, doubtInput)],
  ['doubt-english', () => doubtSlip(fonts, { ...doubtInput, language: 'en' })],
  ['places', () => placesSlip(fonts, placesInput)],
  ['places-english', () => placesSlip(fonts, { ...placesInput, language: 'en' })],
  ['ticket', () => ticketSlip(fonts, ticketInput)],
  ['ticket-real', () => ticketSlip(fonts, { ...ticketInput, hall: realHall })],
  ['ticket-agreed', () => ticketSlip(fonts, { ...ticketInput, agreed: '2026-11-23T10:40:00+08:00' })],
  ['ticket-no-wait', () => ticketSlip(fonts, { ...ticketInput, wait: null, rightOfTen: null })],
  ['ticket-missed-is-missed', () => ticketSlip(fonts, { ...ticketInput, missedWithin: 0 })],
  ['appointment', () => appointmentSlip(fonts, appointmentInput)],
  ['appointment-english', () => appointmentSlip(fonts, { ...appointmentInput, language: 'en' })],
  ['doubt-real', () => doubtSlip(fonts, { ...doubtInput, hall: realHall })],
  ['places-real', () => placesSlip(fonts, { ...placesInput, hall: realHall })],
];

describe('slips', () => {
  it.each(all)('%s looks like the one that was looked at', async (name, make) => {
    expect(await changedShare(`slip-${name}`, await slipPicture(fonts, slipOf(make())))).toBeLessThan(TOLERANCE);
  });

  it.each(all)('%s comes out of a printer, byte by byte, as the paper that was looked at', async (name, make) => {
    const encoded = encodeSlip(slipOf(make()), PROFILES['generic-80']);
    expect(await changedShare(`paper-${name}`, await paperPng(encoded.ok ? Buffer.concat(encoded.value.segments) : Buffer.alloc(0)))).toBeLessThan(TOLERANCE);
  });

  it.each(all)('%s is taken by the oldest printer font as by the fullest, and ends clear of the tear', (_, make) => {
    const slip = slipOf(make());
    for (const profile of [PROFILES['generic-80'], PROFILES['gb2312-80']]) expect(encodeSlip(slip, profile)).toMatchObject({ ok: true });
    expect(slip.parts.slice(-2)).toEqual([{ type: 'feed', mm: 8 }, { type: 'cut', mode: 'full' }]);
  });

  it.each(all)('%s bears no ID number', (_, make) => {
    expect(words(slipOf(make()))).not.toMatch(/\d{17}[\dX]/);
  });
});

describe('the receipt slip', () => {
  it('says when it was received, what was handed in, what proves it, and that it names nobody', () => {
    const text = words(slipOf(receiptSlip(fonts, receiptInput)));
    expect(text).toContain('收到材料 4 份 11 页');
    expect(text).toContain('1  户口簿（电子证照 4 页）');
    expect(text).toContain('3  劳动合同（扫描 3 页）');
    expect(text.replaceAll('\n', '')).toContain('本单由 5 号机在断网时签发，内容已存下，联网后自动上报。同样有效。');
    expect(text).toContain('校验 7C2F 9A10 4E8B D366  链 00412');
    expect(text).toContain('纸上没有姓名和证件号 自助打印 第 1 张');
    expect(text).toContain('This slip proves we received your case.');
  });

  it('carries the signed statement as a code that a camera reads, about 30 mm wide', async () => {
    for (const statement of [receiptInput.submission.statement, 'https://example.invalid/q/2026112200050068', `HALL24${'x7Q-'.repeat(110)}`]) {
      const slip = slipOf(receiptSlip(fonts, { ...receiptInput, submission: { ...receiptInput.submission, statement } }));
      const { data, info } = await sharp(await slipPicture(fonts, slip)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      const found = jsQR(new Uint8ClampedArray(data), info.width, info.height);
      expect(found?.data).toBe(statement);
      const width = (found!.location.topRightCorner.x - found!.location.topLeftCorner.x) / 8;
      expect(width).toBeGreaterThan(24);
      expect(width).toBeLessThan(36);
    }
  });

  it('promises nothing that was not given to it', async () => {
    const without = slipOf(receiptSlip(fonts, { ...receiptInput, promisedBy: null, item: { ...housing, guide: { ...housing.guide, promisedWorkingDays: null } } }));
    const promised = slipOf(receiptSlip(fonts, receiptInput));
    expect((await lengthMm(promised)) - (await lengthMm(without))).toBeCloseTo(46 / 8, 1);
  });

  it('leaves out the sentence about the network when the platform has confirmed, and 演示 in a real hall', async () => {
    const real = slipOf(receiptSlip(fonts, { ...receiptInput, offline: false, hall: { ...demoHall, demo: false } }));
    expect(words(real)).not.toContain('断网');
    expect(await lengthMm(slipOf(receiptSlip(fonts, { ...receiptInput, offline: false })))).toBeGreaterThan(await lengthMm(real));
  });

  it('says so when the clock was not known', () => {
    const slip = slipOf(receiptSlip(fonts, { ...receiptInput, submission: { ...receiptInput.submission, clockKnown: false } }));
    expect(words(slip)).toContain('时间由本机记，联网后核对');
  });

  it('draws rare characters as dots and refuses what no font draws', () => {
    const named = (zh: string): Made<SlipDocument> => receiptSlip(fonts, { ...receiptInput, materials: [{ name: { zh, en: 'Register' }, how: 'scan', pages: 1 }] });
    const slip = slipOf(named('𪚥𠮷村证明'));
    expect(words(slip)).not.toContain('𪚥');
    expect(encodeSlip(slip, PROFILES['generic-80'])).toMatchObject({ ok: true });
    expect(named('证明😀')).toEqual({ ok: false, missing: ['😀'], message: 'no font draws U+1F600 😀' });
    expect(named('证\uD842明')).toMatchObject({ ok: false, missing: ['\uD842'] });
  });

  it('stays within the paper however long the names are', async () => {
    const long = '青溪市清河新区第三人民医院后勤保障中心出具的在职及收入情况证明材料（含附件）'.repeat(2);
    const slip = slipOf(
      receiptSlip(fonts, {
        ...receiptInput,
        language: 'en',
        item: { ...housing, name: { zh: long, en: 'A very long name of an item that goes on and on and on, far beyond one line' } },
        materials: [{ name: { zh: long, en: 'Averylongwordwithoutanyspaceinit'.repeat(3) }, how: 'scan', pages: 3 }],
      }),
    );
    await expect(slipPicture(fonts, slip)).resolves.toBeInstanceOf(Buffer);
    expect(slip.parts.filter((part) => part.type === 'image' && part.bitmap.width > 576)).toEqual([]);
  });
});

describe('the ticket', () => {
  const ticket = (more: Partial<typeof ticketInput> = {}) => slipOf(ticketSlip(fonts, { ...ticketInput, ...more }));

  it('is as long as the paper was planned for, and its number 21 mm high', async () => {
    expect(Math.abs((await lengthMm(ticket())) - 144)).toBeLessThan(8);
    // A letter without curves: round ones reach a little over both lines.
    const number = ticket({ number: 'HH' }).parts.find((part) => part.type === 'image' && part.scale === 2);
    expect(number?.type === 'image' && Math.abs((number.bitmap.height * 2) / 8 - 21)).toBeLessThan(1);
  });

  it('carries a code that a camera reads, about 27 mm wide', async () => {
    const { data, info } = await sharp(await slipPicture(fonts, ticket())).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const found = jsQR(new Uint8ClampedArray(data), info.width, info.height);
    expect(found?.data).toBe(ticketInput.code);
    expect(Math.abs((found!.location.topRightCorner.x - found!.location.topLeftCorner.x) / 8 - 27)).toBeLessThan(3);
  });

  it('tells an agreed time as hours and minutes of the hall, wherever it was written down', async () => {
    const [here, elsewhere, later] = await Promise.all(['2026-11-23T10:40:30+08:00', '2026-11-23T02:40:00Z', '2026-11-23T11:40:00+08:00'].map((agreed) => slipPicture(fonts, ticket({ agreed }))));
    expect(here?.equals(elsewhere!)).toBe(true);
    expect(here?.equals(later!)).toBe(false);
  });

  it('says nothing of a wait that nobody knows, and nothing of a record that is not there', () => {
    expect(words(ticket())).toContain('上星期十次里八次准');
    expect(words(ticket({ wait: null }))).not.toContain('估计');
    expect(words(ticket({ rightOfTen: null }))).not.toContain('上星期');
    expect(ticket({ wait: null }).parts.length).toBeLessThan(ticket().parts.length);
  });

  it('fits numbers of every length, and is marked as a demonstration only where it is one', async () => {
    for (const number of ['1', 'A001', 'WW9999', '不动产8888']) await expect(slipPicture(fonts, ticket({ number }))).resolves.toBeInstanceOf(Buffer);
    expect(await lengthMm(ticket({ hall: { ...demoHall, demo: false } }))).toBeLessThan(await lengthMm(ticket()));
  });

  it('goes as dots to a printer without a Chinese font', () => {
    const printer = { id: 'tickets', class: 'ticket-dispenser', transport: 'tcp:10.0.0.7:9100?profile=custom-kpm216', options: {} } as unknown as (typeof terminal5.devices)[number];
    const slip = ticket({ terminal: { ...terminal5, devices: [printer] } });
    expect(words(slip)).not.toMatch(/[\u4e00-\u9fff]/);
    expect(encodeSlip(slip, PROFILES['custom-kpm216'])).toMatchObject({ ok: true });
  });
});

describe('the slip of an agreed time', () => {
  const slip = (more: Partial<typeof appointmentInput> = {}) => slipOf(appointmentSlip(fonts, { ...appointmentInput, ...more }));

  it('carries a code that a camera reads as the check-in does, and names nobody', async () => {
    const { data, info } = await sharp(await slipPicture(fonts, slip())).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(jsQR(new Uint8ClampedArray(data), info.width, info.height)?.data).toBe(appointmentInput.code);
    expect(words(slip())).toContain('纸上没有姓名');
  });

  it('tells the day and the time of the hall, wherever it was written down', async () => {
    const [here, elsewhere, other] = await Promise.all(['2026-11-24T09:30:00+08:00', '2026-11-24T01:30:00Z', '2026-11-25T09:30:00+08:00'].map((time) => slipPicture(fonts, slip({ time }))));
    expect(here?.equals(elsewhere!)).toBe(true);
    expect(here?.equals(other!)).toBe(false);
  });
});

describe('the lines beside a slip', () => {
  it('are all that is printed, in its order, but for what its codes say', () => {
    const answer = receiptSlip(fonts, receiptInput);
    const lines = answer.ok ? (answer.lines ?? []) : [];
    expect(lines.slice(0, 2)).toEqual([demoHall.name.zh, '受理回执']);
    expect(lines.join()).toContain(receiptInput.submission.caseNumber.replaceAll(/(.{4})(?=.)/g, '$1 '));
    expect(lines.join()).not.toContain(receiptInput.submission.statement);
    expect(lines.at(-1)).toBe('—— 完 ——');
  });
});

describe('a slip for whoever asked in English', () => {
  it('says everything in both languages: the claim, the places, the telephone behind a switchboard', () => {
    const claim = words(slipOf(doubtSlip(fonts, { ...doubtInput, language: 'en', sheets: { printed: null, total: 3 } })));
    for (const text of [insurance.name.en, 'Your application is stored.', 'staff will check', demoHall.counters.note.en.slice(0, 20), '为防重号']) expect(claim.replaceAll('\n', ' ')).toContain(text);
    const places = words(slipOf(placesSlip(fonts, { ...placesInput, language: 'en' }))).replaceAll('\n', ' ');
    for (const { name, how, hours } of demoHall.otherPlaces) for (const text of [name.en, how.en.slice(0, 25), hours.en, how.zh.slice(0, 10)]) expect(places).toContain(text);
    // A Chinese one is as short as before.
    expect(words(slipOf(placesSlip(fonts, placesInput)))).not.toContain('Hours');
  });
});

describe('the doubt slip', () => {
  it('does not pretend to know how many sheets came out', () => {
    const text = words(slipOf(doubtSlip(fonts, { ...doubtInput, sheets: { printed: null, total: 3 } })));
    expect(text).toContain('一共 3 张');
    expect(text).toContain('印出几张，机器说不准，由工作人员核对');
  });
});

describe('what tickets have in common is drawn once', () => {
  const bytesOf = (made: Made<SlipDocument>): string[] => slipOf(made).parts.map((part) => (part.type === 'image' ? `${part.align} ${part.bitmap.width}×${part.bitmap.height} ${Buffer.from(part.bitmap.data).toString('base64')}` : JSON.stringify(part)));
  const inputs = [ticketInput, { ...ticketInput, hall: realHall, number: 'C001', ahead: 0 }, { ...ticketInput, wait: { from: 5, to: 9 }, where: { zh: '三楼等候', en: 'Wait on 3F' } }, { ...ticketInput, agreed: '2026-11-23T10:40:00+08:00' }];

  it('and every ticket is dot for dot the one drawn alone, also after the paper before it was handed to another thread', () => {
    const drawn: DrawnParts = new Map();
    for (const input of [...inputs, ...inputs.toReversed()]) {
      const made = ticketSlip(fonts, input, drawn);
      expect(bytesOf(made)).toEqual(bytesOf(ticketSlip(fonts, input)));
      structuredClone(null, { transfer: slipOf(made).parts.flatMap((part) => (part.type === 'image' ? [part.bitmap.data.buffer as ArrayBuffer] : [])) });
    }
  });

  it('and a day of different tickets keeps no more than two hundred parts', () => {
    const drawn: DrawnParts = new Map();
    for (let ahead = 0; ahead < 300; ahead += 1) ticketSlip(fonts, { ...ticketInput, ahead }, drawn);
    expect(drawn.size).toBeLessThanOrEqual(200);
    expect(drawn.size).toBeGreaterThan(50);
  });
});
