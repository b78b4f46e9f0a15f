import { startSignaturePadEmulator } from '../../../drivers/signature-pad/emulator.ts';
import { subject } from '../subject.ts';
import { asEmulator } from './keys.ts';

const STROKE = [
  { x: 1000, y: 1000, p: 0.25 },
  { x: 6000, y: 3000, p: 0.5 },
];
const CONFIRM = 1;
const CLEAR = 2;

/** Everything that was written lies within the stroke's ends: a lost report may take a point away, noise must add none. */
const isPartOfStroke = (value: object): boolean =>
  'strokes' in value && Array.isArray(value.strokes) && value.strokes.length > 0 && value.strokes.flat().every((point: { x: number; y: number }) => STROKE.some(({ x, y }) => x === point.x && y === point.y));

export const signaturePad = subject({
  deviceClass: 'signature-pad',
  transports: ['hid'],
  workName: 'capture',
  oneWay: true,
  noiseIsForeign: true,
  noNoiseToDevice: 'nothing is ever sent to a pen digitizer',
  work: (driver, context) => driver.run('capture', undefined, context),
  start: async (listen) => {
    if (listen.kind !== 'hid') throw new RangeError('a signature pad is on the HID bus alone');
    const pad = await startSignaturePadEmulator({ bus: listen.bus });
    return {
      emulator: asEmulator(pad.device),
      prepare: () => undefined,
      person: () => {
        pad.press(CLEAR);
        pad.draw(STROKE);
        pad.press(CONFIRM);
      },
      accepts: (value) => typeof value === 'object' && value !== null && isPartOfStroke(value),
    };
  },
});
