/** `device signature-pad capture --out FILE`: the strokes go into a file, never onto a screen. */
import { written, type ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { fail, ok } from '../contract.ts';

export const signaturePadCli: ClassCli<'signature-pad'> = {
  commands: {
    capture: async (device, { out }, context) => {
      if (typeof out !== 'string') return fail('bad-input', '--out FILE is needed: a signature is personal and is not printed');
      // Nobody signs for a file that cannot be written.
      const writable = await written(out, '', { flag: 'a', mode: 0o600 });
      if (!writable.ok) return writable;
      let strokes = 0;
      const signed = await device.run('capture', undefined, context(), ({ stroke }) => {
        if (stroke + 1 > strokes) say(`stroke ${(strokes = stroke + 1)}`);
      });
      if (!signed.ok) return signed;
      const kept = await written(out, JSON.stringify(signed.value), { mode: 0o600 });
      if (!kept.ok) return kept;
      return ok({ widthMm: signed.value.widthMm, heightMm: signed.value.heightMm, strokes: signed.value.strokes.length, points: signed.value.strokes.flat().length, file: out });
    },
  },
};
