/**
 * Before integration and end-to-end tests: the programs and pages that they use are built from the sources as they are now, once.
 * Several tests use them at a time, so none builds them again.
 */
import { buildPage } from '../test/screens/browser.ts';
import { bundle, ENTRIES } from './bundle.mjs';

/** Programs that no test starts. */
const NOT_TESTED = new Set(['bench', 'screens', 'fuzz', 'queue-check', 'queue-hall']);

export default async function setup(): Promise<void> {
  await Promise.all([bundle(Object.keys(ENTRIES).filter((name) => !NOT_TESTED.has(name))), buildPage()]);
}
