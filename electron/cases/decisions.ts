import type { Change } from '../platform/index.ts';
import type { Held } from './record.ts';

export type Decision = Exclude<Change['body'], { kind: 'original-ready' }>;

/** Puts a decision of the platform into a case in hand; false when it does not concern this state (a draft, a case issued on the spot). */
export const takeChange = ({ row, kept }: Held, at: string, body: Decision): boolean => {
  if (row.state === 'draft' || row.state === 'issued') return false;
  kept.decidedAt = at;
  switch (body.kind) {
    case 'case-approved':
      row.state = 'approved';
      kept.decisionNote = body.note;
      kept.certificate = body.certificate;
      kept.corrections = [];
      break;
    case 'case-refused':
      row.state = 'refused';
      kept.decisionNote = body.note;
      kept.corrections = [];
      break;
    case 'case-returned':
      row.state = 'to-correct';
      kept.decisionNote = null;
      kept.corrections = body.points;
      break;
  }
  return true;
};
