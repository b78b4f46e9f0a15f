/** Where a piece of work spends its time, by V8's own sampling profiler. */
import { Session } from 'node:inspector/promises';
import { round } from './figures.ts';

/** Nearest function of these up the stack owns a sample. Bundling may add a figure to a name. */
const PARTS: readonly [part: string, functions: RegExp][] = [
  ['commit, sync and what no other part owns', /^transaction$/],
  ['seal', /^(seal|unseal|additionalData)$/],
  ['sign', /^signStatement$/],
  ['audit', /^(write|link)$/],
  ['JSON, digests, field lists', /^(canonicalJson|sha256Hex|filterOutbound|personOnWire|form|chainLink)$/],
  ['outbox row', /^(put|enqueue)$/],
  ['case row', /^(openRow|find|must|save|submissionOf|recordOf)$/],
  ['session step', /^(next|onWorld|keptSession|viewOf)$/],
  ['print ledger', /^(intend)$/],
  ['times and days', /^(isoWithOffset|isoClock|workingDaysAfter)$/],
  ['numbers', /^(nextNumber|writeDurably|set|value)$/],
  ['submission itself', /^submit$/],
];

/** @returns shares in per cent, largest first, as one line */
export const profileParts = async (work: () => void): Promise<string> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 100 });
  await session.post('Profiler.start');
  work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const ms = new Map<string, number>();
  const partOf = (id: number): string | null => {
    for (let node = nodes.get(id); node !== undefined; node = parents.get(node.id)) {
      const name = node.callFrame.functionName.replace(/\d+$/, '');
      if (name === '(garbage collector)') return 'garbage collection';
      const part = PARTS.find(([, functions]) => functions.test(name));
      if (part !== undefined) return part[0];
    }
    return null;
  };
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const part = partOf(id);
    if (part !== null) ms.set(part, (ms.get(part) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
  }
  const all = [...ms.values()].reduce((sum, one) => sum + one, 0);
  return [...ms].sort((a, b) => b[1] - a[1]).map(([part, spent]) => `${part} ${round((spent / all) * 100, 0)} %`).join(', ');
};
