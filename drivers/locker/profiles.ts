/** Locker boards as data: which family a board speaks, and in which range its numbers are. */
import type { Family } from './codec.ts';
import { family8a80 } from './families/8a80.ts';
import { familyCu12, familyCu16, familyCu48 } from './families/kerong-cu.ts';
import { familyWinnsen, familyWinnsenSwapped } from './families/winnsen.ts';
import { familyWkly } from './families/wkly.ts';

export interface Profile {
  family: Family;
  /** Of a serial address that names none. */
  baud: number;
  /** Addresses that a board may have; the first is that of a board on its own. */
  boards: { least: number; most: number };
  /** Cells of a board on which nobody says how many there are. */
  cells: number;
  /** More than this a board has never, and some numbers above it open everything. */
  mostCells: number;
}

export const PROFILE_NAMES = ['8a80', 'wkly', 'kerong-cu', 'kerong-cu48', 'kerong-cu12', 'winnsen', 'winnsen-swapped'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  '8a80': { family: family8a80, baud: 9600, boards: { least: 1, most: 99 }, cells: 24, mostCells: 50 },
  wkly: { family: familyWkly, baud: 9600, boards: { least: 0, most: 254 }, cells: 24, mostCells: 127 },
  'kerong-cu': { family: familyCu16, baud: 19_200, boards: { least: 0, most: 14 }, cells: 16, mostCells: 16 },
  'kerong-cu48': { family: familyCu48, baud: 9600, boards: { least: 0, most: 254 }, cells: 48, mostCells: 48 },
  'kerong-cu12': { family: familyCu12, baud: 19_200, boards: { least: 0, most: 16 }, cells: 12, mostCells: 12 },
  winnsen: { family: familyWinnsen, baud: 9600, boards: { least: 0, most: 31 }, cells: 16, mostCells: 16 },
  'winnsen-swapped': { family: familyWinnsenSwapped, baud: 9600, boards: { least: 0, most: 31 }, cells: 16, mostCells: 16 },
};

/**
 * The frame of a question, once more guarded against numbers that a board takes for "all": nothing here ever opens more than one
 * lock, whatever the schemas before it let through.
 * @returns null for a board or a cell that this kind of board cannot have
 */
export const requestOf = (profile: Profile, question: Parameters<Family['request']>[0]): Uint8Array | null => {
  const { board } = question;
  if (!Number.isInteger(board) || board < profile.boards.least || board > profile.boards.most) return null;
  if (question.kind !== 'all' && (!Number.isInteger(question.cell) || question.cell < 1 || question.cell > profile.mostCells)) return null;
  return profile.family.request(question);
};
