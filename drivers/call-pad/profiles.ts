/** Call pads as data: which bytes and which keys mean what. */

/**
 * What a key may mean. `skip`: called and not there (过号). `start`, `finish`: of the service. `pause-resume`: one key for both, as most pads have it;
 * `pause` and `resume` where it has one for each. `park`: set aside, without a note.
 * `transfer`: to the counter or class that was typed before it.
 */
export const PAD_KEYS = ['next', 'recall', 'skip', 'start', 'finish', 'pause-resume', 'pause', 'resume', 'park', 'transfer'] as const;
export type PadKey = (typeof PAD_KEYS)[number];

/**
 * Keys of a serial pad: hexadecimal of the command byte and, where one command serves several keys, of the data that follows it;
 * the longest that fits counts, and what follows it is the number that was typed, as ASCII digits. The frame is published, what
 * pads send in it is not: these are the values of the emulator, to be replaced (`options: {keys}`) by what the pad at hand sends.
 * Status tells the bytes of a key that is mapped to nothing.
 */
export const SERIAL_KEYS: Readonly<Record<string, PadKey>> = { '0101': 'next', '0102': 'recall', '0103': 'skip', '0104': 'start', '0105': 'finish', '0106': 'pause-resume', '0107': 'park', '0108': 'pause', '0109': 'resume', '010a': 'transfer' };

/** Usages of HID page 7, in hexadecimal: Enter, the keypad's Enter, + and -, * and /, and the dot that pauses. A keypad has no more keys than these. */
export const HID_KEYS: Readonly<Record<string, PadKey>> = { '28': 'next', '58': 'next', '57': 'recall', '56': 'skip', '55': 'start', '54': 'finish', '63': 'pause-resume' };

/** Digits of the main row and of the keypad. */
const ROW = [0x27, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26];
const KEYPAD = [0x62, 0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x61];
export const HID_DIGITS: ReadonlyMap<number, string> = new Map([...ROW, ...KEYPAD].map((usage, index) => [usage, String(index % 10)]));
