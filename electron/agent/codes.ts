/** Codes that come through the page, from a scanner that types (`page:keyboard`): judged, put on record by their kind, never kept. */
import type { Classify } from '../../drivers/code-scanner/kinds.ts';
import { pageAddress } from '../devices/index.ts';
import { createRefusalRecord } from '../queue/index.ts';
import type { CodeFound, Page, SessionEvent } from '../session/index.ts';
import { classifierFor } from './code-reading.ts';
import type { Deps } from './deps.ts';

/** What the page is told of a code. */
export interface CodeReply {
  accepted: boolean;
  reason: 'not-now' | 'refused' | null;
}

/**
 * Codes that lead nowhere here, on record by what they were taken for: a forged or old ticket, a slip, anything. By a scanner, typed by one, or from the page:
 * whatever showed them, the session says what became of them.
 */
export const createCodeRecord = ({ clock, audit }: Pick<Deps, 'clock' | 'audit'>): { saw(event: SessionEvent, page: Page): void; flush(): void } => {
  const record = createRefusalRecord<{ found: CodeFound }>(clock, ({ found }, times) => audit.write('code.refused', { found, times }), { found: 'unknown' });
  return {
    saw: (event, page) => {
      if ((event.type === 'code-shown' || event.type === 'original-found') && page.at === 'code') record.note({ found: page.found });
    },
    flush: () => record.flush(),
  };
};

export class PageCodes {
  private readonly classify: Classify | null;
  private readonly deps: Deps;
  private readonly session: { touched(): void; wants(): boolean; tell(event: SessionEvent): void };

  /** @param session `touched`: somebody is there; `wants`: the page waits for a code */
  constructor(deps: Deps, session: { touched(): void; wants(): boolean; tell(event: SessionEvent): void }) {
    this.deps = deps;
    this.session = session;
    const scanner = deps.config.terminal.devices.find(({ class: one, transport }) => one === 'code-scanner' && pageAddress(transport)?.thing === 'keyboard');
    this.classify = scanner === undefined ? null : classifierFor(deps, scanner);
  }

  /** A code was shown. Where no such scanner is configured, a keyboard that somebody plugged in means nothing: `refused`. */
  shown(text: string): CodeReply {
    if (this.classify === null) return { accepted: false, reason: 'refused' };
    const { kind } = this.classify(text);
    this.deps.audit.write('code.shown', { kind });
    this.session.touched();
    if (!this.session.wants()) return { accepted: false, reason: 'not-now' };
    this.session.tell({ type: 'code-shown', text, kind });
    return { accepted: true, reason: null };
  }
}
