/** Where the bundled programs lie, seen from a bundled program and from a test alike. */
import { basename, join } from 'node:path';

const here = import.meta.dirname;
const dist = basename(here) === 'dist' ? here : join(here, '..', 'dist');

/** Path of a bundled program, e.g. `device-host`; build/bundle.mjs lists them. */
export const entry = (name: string): string => join(dist, `${name}.js`);

/** Folder of the built pages. */
export const pagesFolder = (): string => join(dist, 'renderer');
