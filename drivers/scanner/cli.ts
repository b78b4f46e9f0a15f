/** `device scanner scan --out DIR [--source S --color C --resolution R --max-pages N]`, over `escl:` and `sane:`. */
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { folder, written, type ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { ok, type Result } from '../contract.ts';
import { scanRequestSchema } from './request.ts';

const oneOf =
  <T extends string | number>(...values: readonly T[]) =>
  (text: string): T => {
    const found = values.find((value) => String(value) === text);
    if (found === undefined) throw new InvalidArgumentError(`${values.join(', ')} is expected.`);
    return found;
  };
const pages = (text: string): number => {
  const parsed = z.coerce.number().pipe(scanRequestSchema.shape.maxPages).safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('a whole number from 1 to 500 is expected.');
  return parsed.data;
};

export const scannerCli: ClassCli<'scanner'> = {
  commands: {
    scan: async (device, options, context) => {
      const out = await folder(options['out'], 'the folder for the pages');
      if (!out.ok) return out;
      const files: string[] = [];
      const writing: Promise<Result<null>>[] = [];
      const scanned = await device.run('scan', scanRequestSchema.parse(options), context(), ({ index, contentType, data }) => {
        const file = join(out.value, `page-${index + 1}.${contentType === 'image/png' ? 'png' : 'jpg'}`);
        files.push(file);
        writing.push(written(file, data));
        say(`${file}: ${data.length} bytes`);
      });
      const unwritten = (await Promise.all(writing)).find((page) => !page.ok);
      if (!scanned.ok) return scanned;
      return unwritten ?? ok({ ...scanned.value, files });
    },
  },
  options: (program) =>
    program
      .option('--out <dir>', 'folder for scanned pages')
      .option('--source <source>', 'platen, feeder or auto', oneOf('platen', 'feeder', 'auto'), 'auto')
      .option('--color <color>', 'color or gray', oneOf('color', 'gray'), 'color')
      .option('--resolution <dpi>', '200 or 300', oneOf(200, 300), 300)
      .option('--max-pages <n>', 'leave the rest in the feeder', pages, 50),
};
