/** What another process of this machine costs: processor time with that of its children, memory after collection. Linux. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Linux counts in ticks. */
const TICK_MS = 10;
const ANSWER_MS = 10_000;

interface Stat {
  parent: number;
  /** Of itself, and of children that have ended and were waited for. */
  own: number;
  children: number;
}

const statOf = (pid: number): Stat | null => {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended.
    return null;
  }
  const [, parent = 0, ...rest] = text.replace(/^.*\) /s, '').split(' ').map(Number);
  const ticks = (at: number): number => (rest[at - 5] ?? 0) * TICK_MS;
  return { parent, own: ticks(14) + ticks(15), children: ticks(16) + ticks(17) };
};

/** Processor time so far in ms: the process's own, and of all that it started, ended or still alive. @throws when it has ended */
export const cpuMsOf = (pid: number): { own: number; children: number } => {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat !== null) all.set(Number(name), stat);
  }
  const self = all.get(pid);
  if (self === undefined) throw new Error(`process ${pid} has ended`);
  const alive = (of: number): number => [...all].filter(([, { parent }]) => parent === of).reduce((sum, [child, { own, children }]) => sum + own + children + alive(child), 0);
  return { own: self.own, children: self.children + alive(pid) };
};

const said = z.object({ heapMb: z.number(), residentMb: z.number() });
export type Memory = z.infer<typeof said>;

const MARK = 'bench-memory ';
/** Loaded before the program: collects when it is asked to, and says on a line of its own what is left. */
const PROBE = `const gc = (require('node:v8').setFlagsFromString('--expose-gc'), require('node:vm').runInNewContext('gc'));
process.on('SIGUSR2', () => {
  gc();
  // Finalizers run between two collections.
  setTimeout(() => {
    gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    console.log('${MARK}' + JSON.stringify({ heapMb: (heapUsed + external) / 1e6, residentMb: rss / 1e6 }));
  }, 100);
});
`;

export interface MemoryProbe {
  /** For the program that is asked. */
  env: Readonly<Record<string, string>>;
  /** A line that it wrote. @returns was it an answer? */
  heard(line: unknown): boolean;
  memory(pid: number): Promise<Memory>;
}

/** @param dir where the probe lies */
export const startMemoryProbe = (dir: string): MemoryProbe => {
  const file = join(dir, 'memory-probe.cjs');
  writeFileSync(file, PROBE);
  let waiting: ((memory: Memory) => void) | null = null;
  return {
    env: { NODE_OPTIONS: `--require="${file}"` },
    heard: (line) => {
      if (typeof line !== 'string' || !line.startsWith(MARK)) return false;
      waiting?.(said.parse(JSON.parse(line.slice(MARK.length))));
      return true;
    },
    memory: (pid) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the process does not tell its memory')), ANSWER_MS);
        waiting = (memory) => {
          clearTimeout(timer);
          resolve(memory);
        };
        process.kill(pid, 'SIGUSR2');
      }),
  };
};
