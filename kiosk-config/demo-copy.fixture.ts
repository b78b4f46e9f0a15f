/** A copy of the demo hall that a test may break. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const DEMO_HALL = join(import.meta.dirname, 'demo-hall');
export const HOUSING = 'items/public-rental-housing.yaml';
export const INSURANCE = 'items/social-insurance-certificate.yaml';
export const TERMINAL = 'terminals/terminal-5.yaml';

export interface DemoCopy {
  dir: string;
  /** A folder that can serve as a terminal's home. */
  home: string;
  /** Replaces the first occurrence; the text must be there. Answers the line (from 1) where it stood. */
  edit(file: string, from: string, to: string): number;
  read(file: string): string;
  write(file: string, content: string | Uint8Array): void;
  remove(): void;
}

export const copyDemo = (): DemoCopy => {
  const root = mkdtempSync(join(tmpdir(), 'hall24-config-'));
  const dir = join(root, 'hall');
  cpSync(DEMO_HALL, dir, { recursive: true });
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8');
  const write = (file: string, content: string | Uint8Array): void => writeFileSync(join(dir, file), content);
  return {
    dir,
    home: join(root, 'home'),
    read,
    write,
    edit: (file, from, to) => {
      const text = read(file);
      const at = text.indexOf(from);
      if (at < 0) throw new Error(`${file} has no "${from}"`);
      write(file, text.slice(0, at) + to + text.slice(at + from.length));
      return text.slice(0, at).split('\n').length;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
