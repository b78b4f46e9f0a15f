/**
 * The pick-up locker at work: each change of a cell, what becomes of its document, and what the platform must hear of it are one transaction. A lock is
 * pulsed only after the cell was kept as about to be opened, once; after a crash or silence its door is asked.
 */
import type { FaultCode, Result } from '../../drivers/contract.ts';
import type { Terminal } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { createInTurn, isUsable, type Devices, type Log } from '../devices/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { CaseMessage } from '../platform/index.ts';
import type { Storage } from '../storage/index.ts';
import { placeOutside, placesOf, type Place } from './cabinet.ts';
import { documentIn, nextCell, type CellEffect, type CellEvent, type CellState, type Door, type Finding } from './machine.ts';
import { createLockerStore, type DocumentRow, type KeptCell } from './store.ts';
import type { CellView, Fate, Fetchable, LockerOutcome, LockerRefusal, Lockers, OriginalView } from './types.ts';

/** The driver waits for a door up to 30 s, and for a line that went away up to 15 s. */
const OPEN_MS = 60_000;
const ASK_MS = 5_000;
/** Between two looks at a door that somebody stands before. */
const WATCH_MS = 700;
/** Between two looks at all doors behind which something lies. */
const ROUND_MS = 15_000;
/** So long a locker may take to come back after a start before what was under way there is a doubt. */
const COMING_BACK_MS = 60_000;
const DAY_MS = 86_400_000;
/** Faults of a command of which nothing has reached the lock. */
const BEFORE_THE_PULSE: ReadonlySet<FaultCode> = new Set(['busy', 'bad-input', 'disconnected', 'busy-elsewhere', 'not-responding', 'bad-frame', 'refused']);
const FREE: CellState = { is: 'free' };
const CITIZEN = 'citizen';

export interface LockersOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  outbox: Pick<Outbox, 'enqueue' | 'attach'>;
  devices: Pick<Devices, 'command' | 'health'>;
  terminal: Pick<Terminal, 'pickUp' | 'devices'>;
  timeZone: string;
  log: Log;
}

/** 欧阳修 → 欧**: enough to tell two documents of one item apart. */
const maskName = (name: string): string => {
  const [first = '', ...rest] = [...name.trim()];
  return rest.length === 0 ? '*' : `${first}${'*'.repeat(Math.min(rest.length, 3))}`;
};

/** Attaches itself to the outbox: what is to be put in comes with the platform's changes. Call before `outbox.start()`. */
export const createLockers = ({ storage, audit, clock, outbox, devices, terminal, timeZone, log }: LockersOptions): Lockers => {
  const store = createLockerStore(storage);
  const pickUp = terminal.pickUp ?? null;
  const watched = pickUp?.doors !== 'unwatched';
  const configured = placesOf(terminal);
  const places = new Map(configured.map((place) => [place.id, place]));
  const cells: Map<string, KeptCell> = store.cells();
  for (const id of cells.keys()) if (!places.has(id)) places.set(id, placeOutside(id));
  const byLabel = new Map([...places.values()].map((place) => [place.cell, place]));
  const listeners = new Set<() => void>();
  /** As last heard; for people to look at, decides nothing. */
  const doors = new Map<string, Door>();
  /** Cells that were under way when the agent ended, until their door has answered: since when (monotonic). */
  const unasked = new Map<string, number>();
  const openSince = new Map<string, number>();
  /** Of a cell into which something was to be put: a sensor says that nothing lies there. */
  const seenEmpty = new Set<string>();
  /** Doors seen open once that nobody was to open: a contact may bounce. */
  const suspects = new Set<string>();
  const underWay = new Set<Promise<void>>();
  /** One command at a time at each cabinet. */
  const inTurn = createInTurn();
  const abort = new AbortController();
  let running = false;
  let looking = false;
  let lastRound = Number.NEGATIVE_INFINITY;
  let cancelLook: () => void = () => undefined;

  storage.onRollback(() => {
    cells.clear();
    for (const [id, kept] of store.cells()) cells.set(id, kept);
  });
  const stateOf = (id: string): CellState => cells.get(id)?.state ?? FREE;
  const iso = (at: number): string => isoWithOffset(at, timeZone);
  const changed = (): void =>
    storage.afterCommit(() => {
      for (const listener of listeners) listener();
    });
  const worksAt = (device: string): boolean => devices.health().some((one) => one.id === device && isUsable(one));

  const tell = (row: DocumentRow, place: Place, kind: 'original-loaded' | 'original-collected' | 'original-returned' | 'original-in-doubt', proof: 'door' | 'word' | 'staff'): void => {
    if (row.about === null) return;
    const at = { caseNumber: row.about.caseNumber, document: row.told, cell: place.cell, at: iso(clock.wall()) };
    const message: CaseMessage = kind === 'original-in-doubt' ? { kind, ...at } : { kind, ...at, proof };
    outbox.enqueue({ caseId: row.id, message, materials: [], adapter: null });
  };

  const ofDocument = (place: Place, { document, becomes, proof }: Extract<CellEffect, { type: 'document' }>): void => {
    const row = store.document(document);
    if (row === null) return;
    const cell = place.cell;
    store.move(document, becomes === 'loaded' ? 'placed' : becomes, clock.wall());
    if (becomes === 'waiting') {
      audit.write('locker.put-back', { cell, document });
      return;
    }
    audit.write(`locker.${becomes}`, { cell, document, proof });
    tell(row, place, `original-${becomes}`, proof);
  };

  /** One event of one cell, kept; the lock is pulsed when that is on the disk. */
  const apply = (place: Place, event: CellEvent, by = 'nobody'): LockerRefusal | null =>
    storage.transaction(() => {
      const before = stateOf(place.id);
      const step = nextCell(before, event, watched);
      if (!step.ok) return step.refusal;
      const { state, effects } = step;
      const { cell } = place;
      const same = JSON.stringify(state) === JSON.stringify(before);
      if (event.type === 'load' && state.is === 'busy') store.move(event.document, 'placed', clock.wall());
      if (!same) {
        store.saveCell(place.id, state, state.is === before.is ? (cells.get(place.id)?.since ?? clock.wall()) : clock.wall());
        if (state.is === 'free') cells.delete(place.id);
        else cells.set(place.id, { state, since: state.is === before.is ? (cells.get(place.id)?.since ?? clock.wall()) : clock.wall() });
        changed();
      }
      const at = place;
      if (event.type === 'settle') audit.write('locker.settled', { cell, document: documentIn(before), found: event.found, by });
      if (event.type === 'close-cell') audit.write('locker.closed', { cell, by });
      if (event.type === 'use-cell') audit.write('locker.reopened', { cell, by });
      for (const effect of effects) {
        if (effect.type === 'document') ofDocument(at, effect);
        else if (state.is === 'busy') audit.write('locker.opening', { cell, task: state.task, document: state.document, by });
      }
      if (state.is === 'doubtful' && before.is !== 'doubtful') {
        audit.write('locker.doubtful', { cell, document: state.document, why: state.why });
        const row = state.document === null || state.after === 'load' || (before.is === 'busy' && before.task === 'look') ? null : store.document(state.document);
        if (row !== null) tell(row, place, 'original-in-doubt', 'staff');
      }
      if (effects.some(({ type }) => type === 'pulse')) storage.afterCommit(() => run(() => pulse(place)));
      if (!(state.is === 'busy' && state.step === 'open')) openSince.delete(place.id);
      else if (!openSince.has(place.id)) openSince.set(place.id, clock.monotonic());
      if (!same && state.is === 'busy') storage.afterCommit(lookSoon);
      return null;
    });

  function run(work: () => Promise<void>): void {
    const guarded = work()
      .catch((error: unknown) => log.warn({ error: error instanceof Error ? error.message : String(error) }, 'work at the locker ended by an error'))
      .finally(() => underWay.delete(guarded));
    underWay.add(guarded);
  }

  async function pulse(place: Place): Promise<void> {
    const before = stateOf(place.id);
    if (before.is !== 'busy') return;
    let sent = false;
    const answer = await inTurn(place.device, () =>
      devices.command('locker', 'open', { board: place.board, cell: place.lock }, { deadlineMs: OPEN_MS, signal: abort.signal, device: place.device, onProgress: () => (sent = true) }),
    ).catch((): Result<never> => ({ ok: false, fault: { code: 'host-crashed', remedy: 'reset', message: 'the device host did not answer' } }));
    // Whoever is started next asks the door.
    if (abort.signal.aborted) return;
    const how = answer.ok ? (answer.value.cells[0]?.door === 'open' || !watched ? 'opened' : 'unknown') : answer.fault.code === 'cell-stuck' ? 'stuck' : !sent && BEFORE_THE_PULSE.has(answer.fault.code) ? 'unopened' : 'unknown';
    if (answer.ok) doors.set(place.id, answer.value.cells[0]?.door ?? 'unknown');
    storage.transaction(() => {
      audit.write('locker.opened', { cell: place.cell, task: before.task, outcome: how, fault: answer.ok ? null : answer.fault.code });
      apply(place, { type: 'pulsed', how });
    });
  }

  // ------------------------------------------------------------------------------------------- watching doors

  interface Seen {
    door: Door;
    occupied: boolean | null;
  }
  const ask = async (place: Place, whole: boolean): Promise<Map<number, Seen> | null> => {
    const answer = await inTurn(place.device, () => devices.command('locker', 'cells', whole ? { board: place.board } : { board: place.board, cell: place.lock }, { deadlineMs: ASK_MS, signal: abort.signal, device: place.device })).catch(() => null);
    if (answer === null || !answer.ok || abort.signal.aborted) return null;
    return new Map(answer.value.cells.map(({ cell, door, occupied }) => [cell, { door, occupied }]));
  };

  const heard = (place: Place, seen: Seen | undefined): void => {
    const state = stateOf(place.id);
    if (seen === undefined) return;
    const news = doors.get(place.id) !== seen.door;
    doors.set(place.id, seen.door);
    if (seen.occupied === false) seenEmpty.add(place.id);
    else seenEmpty.delete(place.id);
    if (unasked.has(place.id)) {
      unasked.delete(place.id);
      apply(place, { type: 'found', ...seen });
    } else if (state.is === 'busy') apply(place, { type: 'door', ...seen });
    else if (state.is === 'loaded' && seen.door === 'open') {
      if (suspects.has(place.id)) apply(place, { type: 'door', ...seen });
      else suspects.add(place.id);
    } else suspects.delete(place.id);
    if (news) changed();
  };

  const lookNow = async (): Promise<void> => {
    for (const place of places.values()) {
      if (abort.signal.aborted) return;
      const state = stateOf(place.id);
      const since = unasked.get(place.id);
      if (state.is !== 'busy' || (state.step === 'opening' && since === undefined)) continue;
      if (watched) heard(place, (await ask(place, false))?.get(place.lock));
      const opened = openSince.get(place.id);
      if (opened !== undefined && pickUp !== null && clock.monotonic() - opened >= pickUp.leftOpenSeconds * 1_000) apply(place, { type: 'late' });
      if (since !== undefined && unasked.has(place.id) && (!watched || clock.monotonic() - since >= COMING_BACK_MS)) {
        unasked.delete(place.id);
        apply(place, { type: 'found', door: 'unknown', occupied: null });
      }
    }
    if (!watched || abort.signal.aborted || clock.monotonic() - lastRound < ROUND_MS) return;
    lastRound = clock.monotonic();
    const boards = new Map(configured.map((place) => [`${place.device}.${place.board}`, place]));
    for (const first of boards.values()) {
      const all = worksAt(first.device) ? await ask(first, true) : null;
      for (const place of configured) if (all !== null && place.device === first.device && place.board === first.board && stateOf(place.id).is !== 'busy') heard(place, all.get(place.lock));
    }
  };
  const isWatching = (): boolean => suspects.size > 0 || [...cells.values()].some(({ state }) => state.is === 'busy');
  function lookSoon(): void {
    cancelLook();
    if (running && !looking) cancelLook = clock.after(isWatching() ? WATCH_MS : ROUND_MS, () => run(look));
  }
  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      if (suspects.size > 0) lastRound = Number.NEGATIVE_INFINITY;
      await lookNow();
    } finally {
      looking = false;
      lookSoon();
    }
  }

  // ------------------------------------------------------------------------------------------- what people ask

  const at = (cell: string, event: CellEvent, by: string, opens = false): LockerOutcome => {
    const place = byLabel.get(cell);
    if (pickUp === null || place === undefined) return { ok: false, refusal: pickUp === null ? 'no-locker' : 'unknown-cell' };
    if (opens && !worksAt(place.device)) return { ok: false, refusal: 'locker-away' };
    const refusal = apply(place, event, by);
    return refusal === null ? { ok: true, cell } : { ok: false, refusal };
  };
  const placeOf = (document: string): Place | null => {
    for (const [id, { state }] of cells) if (documentIn(state) === document) return places.get(id) ?? null;
    return null;
  };
  const originalOf = (row: DocumentRow): OriginalView => ({ document: row.id, caseNumber: row.about?.caseNumber ?? '', itemName: row.about?.itemName ?? { zh: '', en: '' }, name: maskName(row.about?.name ?? ''), since: iso(row.knownAt) });
  const cellViewOf = (place: Place): CellView => {
    const kept = cells.get(place.id);
    const state = kept?.state ?? FREE;
    const row = documentIn(state) === null ? null : store.document(documentIn(state) ?? '');
    return {
      cell: place.cell,
      state: state.is,
      task: state.is === 'busy' ? state.task : null,
      step: state.is === 'busy' ? state.step : null,
      original: row === null ? null : originalOf(row),
      why: state.is === 'doubtful' ? state.why : state.is === 'busy' ? (state.doubt?.why ?? null) : null,
      loading: (state.is === 'doubtful' ? state.after : state.is === 'busy' ? state.doubt?.after : null) === 'load',
      since: kept === undefined ? null : iso(kept.since),
      overdue: state.is === 'loaded' && pickUp !== null && clock.known() && clock.wall() - (kept?.since ?? 0) >= pickUp.overdueDays * DAY_MS,
      door: doors.get(place.id) ?? 'unknown',
    };
  };
  const fetchable = (row: DocumentRow): Fetchable[] => {
    const place = placeOf(row.id);
    if (place === null || row.about === null) return [];
    const state = stateOf(place.id);
    if (state.is === 'busy' && state.task === 'load') return [];
    return [{ document: row.id, caseNumber: row.about.caseNumber, itemName: row.about.itemName, cell: place.cell, where: place.where, ready: state.is === 'loaded' }];
  };

  outbox.attach({
    delivered: () => undefined,
    quarantined: () => undefined,
    released: () => undefined,
    change: ({ body }) => {
      if (body.kind !== 'original-ready') return;
      const id = store.add(body, clock.wall());
      if (id === null) return;
      audit.write('locker.document-known', { document: id });
      changed();
    },
  });

  return {
    start: () => {
      running = true;
      for (const [id, { state }] of cells) if (state.is === 'busy') unasked.set(id, clock.monotonic());
      if (pickUp !== null) run(look);
    },
    stop: async () => {
      running = false;
      abort.abort();
      cancelLook();
      await Promise.all(underWay);
    },
    works: () => pickUp !== null && configured.some(({ device }) => worksAt(device)),
    view: () =>
      pickUp === null
        ? null
        : {
            where: configured[0]?.where ?? { zh: '', en: '' },
            works: configured.some(({ device }) => worksAt(device)),
            watched,
            overdueDays: pickUp.overdueDays,
            waiting: store.waiting().map(originalOf),
            cells: [...places.values()].map(cellViewOf),
          },
    load: ({ document, cell, by }) => {
      if (pickUp === null) return { ok: false, refusal: 'no-locker' };
      const row = store.document(document);
      if (row === null) return { ok: false, refusal: 'unknown-document' };
      if (row.state !== 'waiting') return { ok: false, refusal: 'not-waiting' };
      const free = cell ?? configured.find(({ id, device }) => stateOf(id).is === 'free' && doors.get(id) !== 'open' && worksAt(device))?.cell;
      if (free === undefined) return { ok: false, refusal: configured.some(({ device }) => worksAt(device)) ? 'not-free' : 'locker-away' };
      return at(free, { type: 'load', document }, by, true);
    },
    put: (cell, by) => (watched && seenEmpty.has(byLabel.get(cell)?.id ?? '') ? { ok: false, refusal: 'nothing-inside' } : at(cell, { type: 'put' }, by)),
    notPut: (cell, by) => at(cell, { type: 'not-put' }, by),
    takeBack: (cell, by) => at(cell, { type: 'take-back' }, by, true),
    tookBack: (cell, by) => at(cell, { type: 'taken' }, by),
    look: (cell, by) => at(cell, { type: 'look' }, by, true),
    settle: ({ cell, found, by }: { cell: string; found: Finding; by: string }) => at(cell, { type: 'settle', found }, by),
    closeCell: (cell, by) => at(cell, { type: 'close-cell' }, by),
    useCell: (cell, by) => at(cell, { type: 'use-cell' }, by),
    ofPerson: (idNumber) => store.ofPerson(idNumber).flatMap(fetchable),
    ofCode: (code) => {
      const found = store.ofCode(code);
      return found.length === 1 ? (found.flatMap(fetchable)[0] ?? null) : null;
    },
    handOver: (document) => {
      const place = placeOf(document);
      return place === null ? { ok: false, refusal: 'unknown-document' } : at(place.cell, { type: 'hand-over' }, CITIZEN, true);
    },
    taken: (document) => {
      const place = placeOf(document);
      return place === null ? { ok: false, refusal: 'unknown-document' } : at(place.cell, { type: 'taken' }, CITIZEN);
    },
    fate: (document): Fate => {
      const place = placeOf(document);
      if (place === null) return store.document(document)?.state === 'collected' ? { at: 'collected' } : { at: 'gone' };
      const state = stateOf(place.id);
      if (state.is === 'busy') return state.task === 'hand-over' ? { at: state.step === 'opening' ? 'opening' : 'open', cell: place.cell } : { at: 'gone' };
      return state.is === 'loaded' || state.is === 'doubtful' ? { at: state.is, cell: place.cell } : { at: 'gone' };
    },
    tidy: (keptDays) => {
      if (!clock.known()) return 0;
      const over = store.over(clock.wall() - keptDays * DAY_MS);
      for (const id of over) {
        storage.transaction(() => {
          store.remove(id);
          audit.write('locker.document-deleted', { document: id });
        });
      }
      return over.length;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
