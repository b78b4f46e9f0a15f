/** Before integration and end-to-end tests: the programs they start are bundled from the sources as they are now. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, ENTRIES, root } from './bundle.mjs';

export default async function setup(): Promise<void> {
  await bundle(Object.entries(ENTRIES).flatMap(([name, entry]) => (existsSync(join(root, entry)) ? [name] : [])));
}
