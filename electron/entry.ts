/** Where the bundled programs lie, seen from a bundled program and from a test alike. */
import { basename, join } from 'node:path';

const here = import.meta.dirname;
const dist = basename(here) === 'dist' ? here : join(here, '..', 'dist');

/** Path of a bundled program, e.g. `device-host`; build/bundle.mjs lists them. */
export const entry = (name: string): string => join(dist, `${name}.js`);

/**
 * How Node runs a program of ours. V8 begins with little room for what is young and collects often while a start reads a whole day; with 16 MB a hall with
 * 32,000 events starts with 1.5 instead of 1.7 s of processor time.
 */
export const NODE_OPTIONS = ['--enable-source-maps', '--min-semi-space-size=16', '--max-semi-space-size=16'] as const;

/** Folder of the built pages. */
export const pagesFolder = (): string => join(dist, 'renderer');
