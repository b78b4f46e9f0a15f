import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { screen, sessionView } from '../../electron/session/page-contract.ts';
import { ROOT } from './browser.ts';
import { FIXTURES } from './fixtures.ts';

describe('the views that are painted and looked at', () => {
  it('show each kind of page that the contract between agent and page knows', () => {
    const kinds = screen.options.map(({ shape }) => shape.kind.value);
    const painted = new Set<string>(Object.values(FIXTURES).map((view) => view.screen.kind));
    expect(kinds.filter((kind) => !painted.has(kind))).toEqual([]);
  });

  it.each(Object.entries(FIXTURES))('%s is one that an agent could say', (_, view) => {
    expect(sessionView.safeParse(view).error?.issues ?? []).toEqual([]);
  });

  it('are at most thirty in the repository', () => {
    const kept = readdirSync(join(ROOT, 'renderer', 'screens')).filter((name) => name.endsWith('.png'));
    expect(kept.length).toBeLessThanOrEqual(30);
  });
});
