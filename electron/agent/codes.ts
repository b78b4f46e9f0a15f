/** Codes that come through the page, from a scanner that types (`page:keyboard`): judged, put on record by their kind, never kept. */
import { classifierOf, type Classify } from '../../drivers/code-scanner/kinds.ts';
import { pageAddress } from '../devices/index.ts';
import type { Deps } from './deps.ts';

/** What the page is told of a code. */
export interface CodeReply {
  accepted: boolean;
  reason: 'not-now' | 'refused' | null;
}

export class PageCodes {
  private readonly classify: Classify | null;
  private readonly deps: Deps;
  private readonly someoneIsThere: () => void;

  constructor(deps: Deps, someoneIsThere: () => void) {
    this.deps = deps;
    this.someoneIsThere = someoneIsThere;
    const scanner = deps.config.terminal.devices.find(({ class: one, transport }) => one === 'code-scanner' && pageAddress(transport)?.thing === 'keyboard');
    if (scanner === undefined) {
      this.classify = null;
      return;
    }
    const own = classifierOf(scanner.options['kinds']);
    if (!own.ok) deps.log.warn({ device: scanner.id, mistake: own.fault.message }, 'the kinds of codes in the terminal file cannot be used; only the published ones are');
    const published = classifierOf([]);
    this.classify = own.ok ? own.value : published.ok ? published.value : null;
  }

  /** A code was shown. Where no such scanner is configured, a keyboard that somebody plugged in means nothing: `refused`. */
  shown(text: string): CodeReply {
    if (this.classify === null) return { accepted: false, reason: 'refused' };
    this.deps.audit.write('code.shown', { kind: this.classify(text).kind });
    this.someoneIsThere();
    // No page of the session waits for a code.
    return { accepted: false, reason: 'not-now' };
  }
}
