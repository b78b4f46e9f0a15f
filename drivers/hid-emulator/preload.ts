/** The preload library behind the emulated device files: built with gcc when it is first needed, kept by what its source says. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository, wherever this file has been bundled to. */
export const root = (): string => join(dirname(createRequire(import.meta.url).resolve('node-hid/package.json')), '..', '..');

/**
 * Whole path of the built library.
 * @throws Error in one line when gcc or the kernel's headers are missing
 */
export const hidrawLibrary = async (): Promise<string> => {
  const source = join(root(), 'drivers', 'hid-emulator', 'hidraw.c');
  const name = createHash('sha256').update(await readFile(source)).digest('hex').slice(0, 16);
  const built = join(root(), 'node_modules', '.cache', 'hall24', `hidraw-${name}.so`);
  const there = await access(built).then(
    () => true,
    () => false,
  );
  if (there) return built;
  await mkdir(dirname(built), { recursive: true });
  const temporary = `${built}.${process.pid}`;
  try {
    await run('gcc', ['-O2', '-Wall', '-shared', '-fPIC', '-o', temporary, source, '-ldl', '-lpthread']);
  } catch (error) {
    throw new Error(`hidraw.c cannot be built (Debian: apt install gcc libc6-dev): ${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)}`, { cause: error });
  }
  await rename(temporary, built);
  return built;
};
