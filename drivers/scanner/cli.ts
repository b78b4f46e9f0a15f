/** `device scanner scan --out DIR`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { folder, type ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { ok, type ScanRequest } from '../contract.ts';

const source = (text: string): ScanRequest['source'] => {
  if (text !== 'platen' && text !== 'feeder' && text !== 'auto') throw new InvalidArgumentError('platen, feeder or auto is expected.');
  return text;
};

export const scannerCli: ClassCli<'scanner'> = {
  commands: {
    scan: async (device, options, context) => {
      const out = await folder(options['out'], 'the folder for the pages');
      if (!out.ok) return out;
      const files: string[] = [];
      const writing: Promise<void>[] = [];
      const request: ScanRequest = { source: options['source'] as ScanRequest['source'], color: 'color', resolution: 300, maxPages: 50 };
      const scanned = await device.run('scan', request, context(), ({ index, contentType, data }) => {
        const file = join(out.value, `page-${index + 1}.${contentType === 'image/png' ? 'png' : 'jpg'}`);
        files.push(file);
        writing.push(writeFile(file, data));
        say(`${file}: ${data.length} bytes`);
      });
      await Promise.all(writing);
      return scanned.ok ? ok({ ...scanned.value, files }) : scanned;
    },
  },
  options: (program) => program.option('--out <dir>', 'folder for scanned pages').option('--source <source>', 'platen, feeder or auto', source, 'auto'),
};
