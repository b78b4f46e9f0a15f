/** Before integration and end-to-end tests: the programs they start are bundled from the sources as they are now. */
import { bundle, ENTRIES } from './bundle.mjs';

/** Programs that no test starts. */
const NOT_TESTED = new Set(['bench', 'screens', 'fuzz', 'queue-check', 'queue-hall']);

export default async function setup(): Promise<void> {
  await bundle(Object.keys(ENTRIES).filter((name) => !NOT_TESTED.has(name)));
}
