/** What a loudspeaker's driver reads: clips from files and the output of voices. */
import { decodeWav, encodeWav } from '../../drivers/sound/codec.ts';
import { languagesIn } from '../../drivers/sound/voices.ts';
import { whole, type FuzzTarget } from './target.ts';

const VOICES = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  cmn             --/M      Chinese_(Mandarin) sit/cmn              (zh-cmn 5)(zh 5)
 5  en-gb           --/M      English_(GB)       gmw/en               (en 2)
`;

export const soundTargets: FuzzTarget[] = [
  whole({
    name: 'sound clips',
    deviceClass: 'sound',
    good: (random) => encodeWav({ rate: random.pick([8_000, 22_050, 48_000]), channels: 1 + random.int(2), samples: Int16Array.from({ length: 2 * random.int(60) }, () => random.int(65_536) - 32_768) }),
    words: ['fmt ', 'data', 'RIFF', 'LIST', '\u00ff\u00ff\u00ff\u007f'],
    parse: (bytes) => decodeWav(bytes) !== null,
  }),
  whole({ name: 'sound voices', deviceClass: 'sound', good: () => Buffer.from(VOICES), words: ['\t'.repeat(200), '\n\n', 'zh-'], parse: (bytes) => languagesIn(Buffer.from(bytes).toString(), 1).length > 0 }),
];
