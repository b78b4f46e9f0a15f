/** What is known of all doors of a cabinet between two looks: which stand open since when, which did not open when they should have. */
import { condition, type Condition, type DeviceStatus } from '../contract.ts';
import type { Cell } from './layout.ts';

/** Conditions told of doors at most: a status line is no inventory. */
const MOST_TOLD = 20;

export class DoorWatch {
  private readonly openSince = new Map<string, number>();
  private readonly stuck = new Set<string>();
  private occupied: boolean | null = null;

  /** What was seen of a board's cells at `now` (monotonic milliseconds). */
  saw(board: number, cells: readonly Cell[], now: number): void {
    for (const { cell, door, occupied } of cells) {
      const name = `board ${board} cell ${cell}`;
      if (occupied !== null) this.occupied = occupied || this.occupied === true;
      if (door === 'open') {
        this.stuck.delete(name);
        if (!this.openSince.has(name)) this.openSince.set(name, now);
      } else if (door === 'closed') {
        this.openSince.delete(name);
      }
    }
  }

  /** A lock was pulsed and its door stayed closed. */
  didNotOpen(board: number, cell: number): void {
    this.stuck.add(`board ${board} cell ${cell}`);
  }

  /** Forgets whether things were seen, before all boards are looked at anew. */
  lookAnew(): void {
    this.occupied = null;
  }

  conditions(now: number, leftOpenMs: number): Condition[] {
    const left = [...this.openSince].filter(([, since]) => now - since >= leftOpenMs);
    return [
      ...[...this.stuck].map((name) => condition('cell-stuck', 'warning', name)),
      ...left.map(([name]) => condition('cell-left-open', 'warning', name)),
    ].slice(0, MOST_TOLD);
  }

  media(): DeviceStatus['media'] {
    return this.occupied === null ? 'no-sensor' : this.occupied ? 'present' : 'absent';
  }
}
