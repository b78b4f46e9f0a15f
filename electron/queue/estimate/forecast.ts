/**
 * When everybody who waits will be called if each service takes its mean: the hall is played forward by its own rules, every counter taking the
 * one whose turn it is among those it can serve. Classes that share counters, weights and head starts come out right without a formula.
 */
import type { Queue } from '../../../kiosk-config/index.ts';
import type { Day } from '../rules/day.ts';
import { keptFor, waitingIn, WEIGHT_MINUTES, type Ranked } from '../rules/order.ts';
import type { Services } from './service.ts';

const MINUTE = 60_000;

export interface ClassForecast {
  /** Counters that serve the class now. */
  open: number;
  /** Milliseconds until the call, in the line's order as counters and tickets see it; Infinity: no open counter calls it. */
  line: number[];
  /** Of somebody who comes now. */
  newcomer: number;
}

interface Desk {
  id: string;
  freeIn: number;
  /** `sent`: not its class, but somebody of it was sent to this counter by name. */
  skills: { class: string; ahead: number; sent: boolean }[];
}

interface Line {
  ranked: readonly Ranked[];
  /** By the moment that counts alone: who must let others go first does so for a few calls only. */
  turns: { place: number; key: number; only: string | null }[];
  next: number;
  out: ClassForecast;
}

const NEWCOMER = -1;

const desksOf = (day: Day, rules: Queue, services: Services, usualOf: (classId: string) => number, now: number): Desk[] =>
  rules.counters.flatMap(({ id, skills }) => {
    const state = day.counters.get(id);
    if (state === undefined || state.clerk === null || state.paused) return [];
    const current = state.current === null ? undefined : day.tickets.get(state.current);
    const busyFor = current === undefined ? 0 : services.left(current.class, usualOf(current.class), Math.max(0, now - (current.calledAt ?? now)));
    return [{ id, freeIn: busyFor + services.gap(), skills: skills.map((skill) => ({ class: skill.class, ahead: (skill.weight - 1) * WEIGHT_MINUTES * MINUTE, sent: false })) }];
  });

/** The first in a line that this counter may call, from `next` on. */
const firstFor = (line: Line, desk: string, sent: boolean): number => {
  for (let at = line.next; at < line.turns.length; at += 1) {
    const turn = line.turns[at];
    if (turn !== undefined && turn.place !== Infinity && (turn.only === desk || (turn.only === null && !sent))) return at;
  }
  return -1;
};

/** @param usualOf what the configuration says a service of the class takes, in milliseconds */
export const forecast = (day: Day, rules: Queue, services: Services, usualOf: (classId: string) => number, now: number): Map<string, ClassForecast> => {
  const desks = desksOf(day, rules, services, usualOf, now);
  const lines = new Map<string, Line>();
  let left = 0;
  for (const { id } of rules.classes) {
    const ranked = waitingIn(day, rules, id);
    const turns = ranked.map(({ ticket, key }, place) => ({ place, key, only: keptFor(ticket, rules, now) }));
    for (const { ticket } of ranked) {
      const only = keptFor(ticket, rules, now);
      const desk = desks.find(({ id: one }) => one === only);
      if (desk !== undefined && !desk.skills.some((skill) => skill.class === id)) desk.skills.push({ class: id, ahead: 0, sent: true });
    }
    turns.push({ place: NEWCOMER, key: now, only: null });
    turns.sort((a, b) => a.key - b.key);
    left += turns.length;
    const open = desks.filter(({ skills }) => skills.some((skill) => skill.class === id && !skill.sent)).length;
    lines.set(id, { ranked, turns, next: 0, out: { open, line: ranked.map(() => Infinity), newcomer: Infinity } });
  }
  const means = new Map(rules.classes.map(({ id }) => [id, services.mean(id, usualOf(id)) + services.gap()]));
  const working = [...desks];
  while (left > 0 && working.length > 0) {
    let desk = working[0] as Desk;
    for (const one of working) if (one.freeIn < desk.freeIn) desk = one;
    let best: { line: Line; at: number; key: number; class: string } | null = null;
    for (const skill of desk.skills) {
      const line = lines.get(skill.class);
      if (line === undefined) continue;
      const at = firstFor(line, desk.id, skill.sent);
      const turn = line.turns[at];
      if (turn !== undefined && (best === null || turn.key - skill.ahead < best.key)) best = { line, at, key: turn.key - skill.ahead, class: skill.class };
    }
    if (best === null) {
      working.splice(working.indexOf(desk), 1);
      continue;
    }
    const { line, at } = best;
    const turn = line.turns[at] as Line['turns'][number];
    left -= 1;
    if (turn.place === NEWCOMER) line.out.newcomer = desk.freeIn;
    else {
      line.out.line[turn.place] = desk.freeIn;
      desk.freeIn += means.get(best.class) ?? 0;
    }
    turn.place = Infinity;
    while (line.turns[line.next]?.place === Infinity) line.next += 1;
  }
  return new Map([...lines].map(([id, { out }]) => [id, out]));
};
