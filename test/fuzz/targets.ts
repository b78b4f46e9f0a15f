/** Every decoder of bytes that come from outside, with a maker of good frames. A new one is an entry here. */
import { PadDecoder, encodePadFrame } from '../../drivers/call-pad/codec.ts';
import { LineDecoder } from '../../drivers/code-scanner/codec.ts';
import { layoutOfDescriptor } from '../../drivers/code-scanner/descriptor.ts';
import { encodeReply } from '../../drivers/code-scanner/frames.ts';
import { HONEYWELL_LAYOUT } from '../../drivers/code-scanner/profiles.ts';
import { ReportDecoder } from '../../drivers/code-scanner/reports.ts';
import { HONEYWELL_DESCRIPTOR, reportsOf } from '../../drivers/code-scanner/specimens.ts';
import { decodeCodeText } from '../../drivers/code-scanner/text.ts';
import { jobOf, readAnswer } from '../../drivers/document-printer/client.ts';
import { attribute, decodeIpp, encodeIpp, GROUP, TAG } from '../../drivers/document-printer/codec.ts';
import { printerOf } from '../../drivers/document-printer/printer-attributes.ts';
import { parseCardFile } from '../../drivers/id-card/card-file.ts';
import { decodeCardBlocks, encodeCardBlocks, encodeResponse, FrameDecoder, REQUEST_LENGTH, encodeFrame, ResponseDecoder, SW3 } from '../../drivers/id-card/codec.ts';
import { specimenPhoto, SPECIMENS } from '../../drivers/id-card/specimens.ts';
import { decodeNewAddress, decodeText, encodeNewAddress, encodeText } from '../../drivers/id-card/text.ts';
import { BOARD_SIDES } from '../../drivers/locker/emulator-boards.ts';
import { findAnswer, hold, type Question } from '../../drivers/locker/codec.ts';
import { PROFILE_NAMES, PROFILES as LOCKER_PROFILES, type ProfileName as LockerProfile } from '../../drivers/locker/profiles.ts';
import { encodeSlip } from '../../drivers/receipt-printer/codec.ts';
import { TokenStream } from '../../drivers/receipt-printer/interpreter-tokens.ts';
import { interpret } from '../../drivers/receipt-printer/interpreter.ts';
import { PROFILE_NAMES as PRINTER_PROFILES, PROFILES as PRINTERS } from '../../drivers/receipt-printer/profiles.ts';
import { parseSlipFile } from '../../drivers/receipt-printer/slip-file.ts';
import { StatusDecoder } from '../../drivers/receipt-printer/status.ts';
import { pageOf, parseCapabilities, parseStatus, unfinishedJobs } from '../../drivers/scanner/codec.ts';
import { parseOptions } from '../../drivers/scanner/sane-codec.ts';
import { findReply, framed, hold as holdReply, type Exchange } from '../../drivers/signals/codec.ts';
import { decodePadReport, padLayout } from '../../drivers/signature-pad/codec.ts';
import { padDescriptor, penReport } from '../../drivers/signature-pad/emulator.ts';
import { parseReportDescriptor } from '../../drivers/transports/hid-descriptor.ts';
import { KeyboardReports, keyboardReport } from '../../drivers/transports/hid-keyboard.ts';
import { Am03127Decoder, encodeSunpn, SunpnDecoder, sunpnBody } from '../../drivers/window-display/codec.ts';
import { checkTerminal } from '../../kiosk-config/check-terminal.ts';
import { parseYaml } from '../../kiosk-config/yaml-file.ts';
import type { Random } from './random.ts';
import { soundTargets } from './sound-targets.ts';
import { streaming, whole, type FuzzTarget } from './target.ts';

const text = (value: string): Uint8Array => Buffer.from(value);
const specimen = (random: Random) => random.pick(SPECIMENS).card;
/** Does it refuse with a plain error? Card files are read for the emulator alone, whose command line tells people what is wrong. */
const refusesPlainly = (parse: () => unknown): boolean => {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof RangeError && !error.message.includes('\n')) return false;
    throw error;
  }
};

const idCard: FuzzTarget[] = [
  streaming({
    name: 'id-card answers',
    deviceClass: 'id-card',
    good: (random) =>
      random.int(4) === 0
        ? encodeResponse(SW3.ok, encodeCardBlocks({ text: encodeText(specimen(random)), photo: specimenPhoto(random.int(50)) }, random.int(3) === 0 ? random.bytes(1024) : null))
        : encodeResponse(random.pick(Object.values(SW3)), random.bytes(random.int(20))),
    decoder: () => new ResponseDecoder(),
    isGood: ({ type }) => type === 'response',
    // The longest frame may be begun by noise, and end with a wrong checksum.
    span: 3 * 0x0920,
  }),
  streaming({
    name: 'id-card requests (emulated reader)',
    deviceClass: 'id-card',
    good: (random) => encodeFrame(random.bytes(2 + random.int(8))),
    decoder: () => new FrameDecoder(REQUEST_LENGTH),
    isGood: ({ type }) => type === 'frame',
    span: 3 * 80,
  }),
  whole({
    name: 'id-card blocks and text',
    deviceClass: 'id-card',
    good: (random) => encodeCardBlocks({ text: encodeText(specimen(random)), photo: specimenPhoto(random.int(50)) }),
    parse: (bytes) => {
      const blocks = decodeCardBlocks(Uint8Array.from(bytes));
      return blocks !== null && decodeText(blocks.text, blocks.photo).ok;
    },
  }),
  whole({
    name: 'id-card newer address',
    deviceClass: 'id-card',
    good: (random) => encodeNewAddress(random.pick(['湖南省长沙市岳麓区示例路 1 号', '北京市东城区示例胡同 3 号'])),
    parse: (bytes) => decodeNewAddress(bytes) !== null,
  }),
  whole({
    name: 'card file',
    deviceClass: 'id-card',
    good: (random) => text(JSON.stringify({ ...specimen(random), photo: null })),
    words: ['"name":', 'null', '\\u0000', '1e999', '[[[['],
    parse: (bytes) => refusesPlainly(() => parseCardFile(bytes)),
  }),
];

const slips = (random: Random): Uint8Array => {
  const slip = encodeSlip(
    {
      parts: [
        { type: 'text', text: random.pick(['受理回执', 'A001', '请保管好您的证件']), width: 2, height: 2, align: 'center' },
        { type: 'rule', style: random.pick(['solid', 'dashed']) },
        { type: 'row', left: '窗口', right: '3' },
        { type: 'qr', text: 'https://example.invalid/q' },
        { type: 'cut', mode: 'partial' },
      ],
    },
    PRINTERS['generic-80'],
  );
  return slip.ok ? Buffer.concat(slip.value.segments) : new Uint8Array();
};

const receiptPrinter: FuzzTarget[] = [
  ...PRINTER_PROFILES.map((name) =>
    streaming({
      name: `printer status, ${name}`,
      deviceClass: 'receipt-printer' as const,
      share: 1 / PRINTER_PROFILES.length,
      good: (random) => (PRINTERS[name].status === 'full' ? Uint8Array.of(0x10, 0x0f, 0, 0, 0, 0) : Uint8Array.of(0x12 | (random.int(2) << 3))),
      decoder: () => new StatusDecoder(PRINTERS[name]),
      isGood: ({ type }) => type === 'live' || type === 'full',
    }),
  ),
  {
    name: 'ESC/POS commands (emulated printer)',
    deviceClass: 'receipt-printer',
    share: 2,
    good: slips,
    begin: () => {
      let stream = new TokenStream();
      return {
        feed: (bytes) => void stream.push(bytes),
        // A printer that lost its place is switched off and on.
        understands: (frame) => {
          stream = new TokenStream();
          return stream.push(frame).some(({ token }) => token.type === 'cut');
        },
      };
    },
  },
  whole({ name: 'ESC/POS interpreter', deviceClass: 'receipt-printer', heavy: true, share: 4, good: slips, parse: (bytes) => interpret(bytes).cuts.length > 0 }),
  whole({
    name: 'slip file',
    deviceClass: 'receipt-printer',
    good: () => text('{"parts":[{"type":"text","text":"受理回执","align":"center"},{"type":"qr","text":"A001"},{"type":"cut","mode":"partial"}]}'),
    words: ['"__proto__":', '{"parts":', '1e999', '[[[['],
    parse: (bytes) => parseSlipFile(Buffer.from(bytes).toString()).ok,
  }),
];

const ippAnswer = (random: Random): Uint8Array =>
  Buffer.concat(
    encodeIpp({
      version: { major: 2, minor: 0 },
      code: 0,
      requestId: 1,
      groups: [
        { tag: GROUP.operation, attributes: [attribute('attributes-charset', TAG.charset, 'utf-8'), attribute('attributes-natural-language', TAG.language, 'en')] },
        {
          tag: GROUP.printer,
          attributes: [
            attribute('printer-state', TAG.enum, 3 + random.int(3)),
            attribute('printer-state-reasons', TAG.keyword, random.pick(['none', 'media-empty-error', 'toner-low-warning', 'x-own']), 'door-open'),
            attribute('printer-is-accepting-jobs', TAG.boolean, true),
            attribute('copies-supported', TAG.range, { low: 1, high: 99 }),
            attribute('media-col-ready', TAG.beginCollection, { members: [attribute('media-source', TAG.keyword, 'tray-1')] }),
            attribute('printer-resolution-default', TAG.resolution, { x: 600, y: 600, unit: 'dpi' }),
            attribute('printer-make-and-model', TAG.text, 'Example 1'),
          ],
        },
        { tag: GROUP.job, attributes: [attribute('job-id', TAG.integer, random.int(1000) + 1), attribute('job-state', TAG.enum, 3 + random.int(7)), attribute('job-state-reasons', TAG.keyword, 'none')] },
      ],
      data: new Uint8Array(),
    }),
  );

const documentPrinter: FuzzTarget[] = [
  whole({
    name: 'IPP answers',
    deviceClass: 'document-printer',
    good: ippAnswer,
    parse: (bytes) => {
      const message = decodeIpp(bytes);
      if (!message.ok) return false;
      readAnswer(bytes, 1);
      printerOf(message.value);
      return jobOf(message.value).ok;
    },
  }),
];

const NAMESPACES = 'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm" xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"';
const XML_WORDS = ['<!DOCTYPE a [<!ENTITY e "eeeeeeeeee">]>', '<!ENTITY x "&e;&e;&e;&e;">', '&e;&e;', '<![CDATA[', ']]>', '<!--', '<a>'.repeat(100), '</scan:Jobs>', '&#0;', '&#x110000;', '<?xml version="1.0"?>', '__proto__', ' a="b"'.repeat(50), '<constructor>'];
const scannerStatus = (random: Random): Uint8Array =>
  text(
    `<?xml version="1.0" encoding="UTF-8"?><scan:ScannerStatus ${NAMESPACES}><pwg:State>${random.pick(['Idle', 'Processing'])}</pwg:State><scan:AdfState>${random.pick(['ScannerAdfLoaded', 'ScannerAdfJam'])}</scan:AdfState><scan:Jobs><scan:JobInfo><pwg:JobUri>/eSCL/ScanJobs/${random.int(99)}</pwg:JobUri><pwg:JobState>Processing</pwg:JobState></scan:JobInfo></scan:Jobs></scan:ScannerStatus>`,
  );
const scannerCapabilities = (random: Random): Uint8Array =>
  text(
    `<scan:ScannerCapabilities ${NAMESPACES}><pwg:MakeAndModel>Example</pwg:MakeAndModel><scan:Platen><scan:PlatenInputCaps><scan:MaxWidth>${2000 + random.int(900)}</scan:MaxWidth><scan:SettingProfiles><scan:SettingProfile><scan:ColorModes><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes><scan:SupportedResolutions><scan:DiscreteResolutions><scan:DiscreteResolution><scan:XResolution>300</scan:XResolution></scan:DiscreteResolution></scan:DiscreteResolutions></scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles></scan:PlatenInputCaps></scan:Platen></scan:ScannerCapabilities>`,
  );

const scanner: FuzzTarget[] = [
  whole({ name: 'eSCL status', deviceClass: 'scanner', good: scannerStatus, words: XML_WORDS, parse: (bytes) => unfinishedJobs(bytes).ok && parseStatus(bytes).ok }),
  whole({ name: 'eSCL capabilities', deviceClass: 'scanner', good: scannerCapabilities, words: XML_WORDS, parse: (bytes) => parseCapabilities(bytes).ok }),
  whole({ name: 'scanned page', deviceClass: 'scanner', good: (random) => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), random.bytes(random.int(200)), Buffer.from('ffd9', 'hex')]), parse: (bytes) => pageOf(bytes).ok }),
];

const SANE_OPTIONS = `All options specific to device \`test:0':
  Scan Mode:
    --mode Gray|Color [Gray]
    --resolution 1..1200dpi (in steps of 1) [50]
    --source Flatbed|Automatic Document Feeder [Flatbed]
  Geometry:
    -x 0..200mm (in steps of 1) [80]
    -y 0..200mm (in steps of 1) [100]
`;
const sane: FuzzTarget = whole({
  name: 'scanimage options',
  deviceClass: 'scanner',
  good: () => text(SANE_OPTIONS),
  words: ['|'.repeat(300), '[inactive]', '..', '--', '1e999', 'auto|'],
  parse: (bytes) => parseOptions(Buffer.from(bytes).toString()).ok,
});

const PAD_SIZE = { widthMm: null, heightMm: null };
const padOf = (descriptor: Uint8Array) => {
  const layout = parseReportDescriptor(descriptor);
  return layout === null ? 'no-digitizer' : padLayout(layout, PAD_SIZE);
};
const pad = padOf(padDescriptor());
const signaturePad: FuzzTarget[] = [
  whole({ name: 'signature-pad report descriptor', deviceClass: 'signature-pad', good: (random) => padDescriptor({ keys: random.int(2) === 0, pressure: random.int(2) === 0 }), parse: (bytes) => typeof padOf(bytes) !== 'string' }),
  whole({
    name: 'signature-pad reports',
    deviceClass: 'signature-pad',
    good: (random) => penReport(true, { x: random.int(12_000), y: random.int(6_000), p: random.int(100) / 100 }, random.int(65_536)),
    parse: (bytes) => typeof pad !== 'string' && decodePadReport(pad, bytes).pen !== null,
  }),
];

const CODES = ['6901234567892', '预约 A-2026-001', '{"p":"pick-up"}', '282012345678901234'];
const codeScanner: FuzzTarget[] = [
  streaming({
    name: 'code-scanner line',
    deviceClass: 'code-scanner',
    good: (random) => text(`${random.pick(CODES)}\r`),
    decoder: () => new LineDecoder(false),
    isGood: ({ type }) => type === 'code',
    span: 2 * 4_200,
  }),
  streaming({
    name: 'code-scanner line with replies',
    deviceClass: 'code-scanner',
    good: (random) => (random.int(3) === 0 ? encodeReply([...random.bytes(random.int(8))]) : text(`${random.pick(CODES)}\r\n`)),
    decoder: () => new LineDecoder(true),
    isGood: (event) => event.type === 'code' || (event.type === 'reply' && event.ok),
    span: 2 * 4_200,
  }),
  streaming({
    name: 'code-scanner reports',
    deviceClass: 'code-scanner',
    good: (random) => reportsOf(text(random.pick(CODES)), ']Q1')[0] ?? new Uint8Array(),
    decoder: () => new ReportDecoder(HONEYWELL_LAYOUT),
    isGood: ({ type }) => type === 'code',
  }),
  whole({ name: 'code-scanner report descriptor', deviceClass: 'code-scanner', good: () => HONEYWELL_DESCRIPTOR, parse: (bytes) => layoutOfDescriptor(bytes) !== null }),
  whole({ name: 'code-scanner text', deviceClass: 'code-scanner', good: (random) => text(random.pick(CODES)), parse: (bytes) => decodeCodeText(bytes, 'auto').ok }),
];

/** One family of boards: its answers to a question about one door, or about all. */
const lockerBoard = (name: LockerProfile): FuzzTarget => {
  const profile = LOCKER_PROFILES[name];
  const board = profile.boards.least;
  const question: Question = profile.family.asksOne ? { kind: 'one', board, cell: 1 } : { kind: 'all', board, cells: profile.cells };
  const side = BOARD_SIDES[name];
  return {
    name: `locker ${name}`,
    deviceClass: 'locker',
    good: (random) => {
      const doors = Array.from({ length: profile.cells }, () => random.int(2) === 1);
      return question.kind === 'one' ? side.one(board, 1, doors[0] === true) : side.all(board, doors, doors, random.int(2) === 1);
    },
    begin: () => {
      let heard = new Uint8Array();
      return {
        feed: (bytes) => {
          heard = Uint8Array.from(hold(heard, bytes));
          findAnswer(profile.family, heard, question);
        },
        understands: (frame, fresh) => {
          heard = Uint8Array.from(fresh ? frame : hold(heard, frame));
          return findAnswer(profile.family, heard, question) !== null;
        },
      };
    },
  };
};

const windowDisplay: FuzzTarget[] = [
  streaming({
    name: 'window-display sunpn',
    deviceClass: 'window-display',
    good: (random) => encodeSunpn(sunpnBody('red', random.int(999)), 'reply'),
    decoder: () => new SunpnDecoder(),
    isGood: ({ type }) => type === 'echo',
    span: 30,
  }),
  streaming({ name: 'window-display am03127', deviceClass: 'window-display', good: (random) => text(random.pick(['ACK', 'NACK'])), decoder: () => new Am03127Decoder(), isGood: ({ type }) => type !== 'echo', span: 600 }),
];

const callPad: FuzzTarget[] = [
  streaming({
    name: 'call-pad frames',
    deviceClass: 'call-pad',
    good: (random) => encodePadFrame({ address: random.int(256), command: 1, data: random.bytes(1 + random.int(6)) }),
    decoder: () => new PadDecoder(),
    isGood: ({ command }) => command === 1,
    span: 4 * 80,
  }),
];

const keyboard = (name: string, deviceClass: 'nav-pad' | 'call-pad'): FuzzTarget =>
  streaming({
    name,
    deviceClass,
    good: (random) => keyboardReport([4 + random.int(90)]),
    decoder: () => new KeyboardReports(),
    isGood: (usage: number) => usage >= 4,
  });

const modbus = (framing: Exchange['framing']): FuzzTarget => {
  const exchange: Exchange = { framing, unit: 1, transaction: 7, request: { kind: 'read-inputs', address: 0, count: 8 } };
  return {
    name: `modbus ${framing}`,
    deviceClass: 'signals',
    good: (random) => framed(framing, exchange.transaction, [1, 2, 1, random.int(256)]),
    begin: () => {
      let heard = new Uint8Array();
      return {
        feed: (bytes) => {
          heard = Uint8Array.from(holdReply(heard, bytes));
          findReply(heard, exchange);
        },
        understands: (frame, fresh) => {
          heard = Uint8Array.from(fresh ? frame : holdReply(heard, frame));
          return findReply(heard, exchange) !== null;
        },
      };
    },
  };
};

const TERMINAL = `# 终端
id: T5
name: { zh: 五号终端, en: Terminal 5 }
devices:
  - id: reader
    class: id-card
    transport: serial:/dev/ttyUSB0?baud=115200
  - { id: slip, class: receipt-printer, transport: "tcp:127.0.0.1:9100", options: { profile: generic-80 } }
`;

const configuration: FuzzTarget[] = [
  whole({
    name: 'terminal file',
    deviceClass: 'configuration',
    good: () => text(TERMINAL),
    words: ['&a [*a]', '*a', '<<: *a', '!!binary', '? ', '- - - -', '{{{{', '__proto__: 1', '\t', '|2'],
    // Understood: read to the end and judged, whatever the judgement.
    parse: (bytes) => {
      const { mistakes } = checkTerminal(parseYaml('terminals/t5.yaml', Buffer.from(bytes).toString()), {});
      return Array.isArray(mistakes);
    },
  }),
];

export const TARGETS: readonly FuzzTarget[] = [
  ...idCard,
  ...receiptPrinter,
  ...documentPrinter,
  ...scanner,
  sane,
  ...codeScanner,
  ...PROFILE_NAMES.map(lockerBoard),
  ...windowDisplay,
  ...callPad,
  keyboard('call-pad keypad', 'call-pad'),
  keyboard('nav-pad keypad', 'nav-pad'),
  modbus('rtu'),
  modbus('tcp'),
  ...signaturePad,
  ...soundTargets,
  ...configuration,
];
