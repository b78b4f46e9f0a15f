/**
 * All devices of a terminal and the hosts they live in. The shared host is restarted for a silent device only while no
 * other is in the middle of something; a device that brings it down again and again gets a host of its own.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceConfig, Terminal } from '../../kiosk-config/index.ts';
import { fail } from '../../drivers/contract.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { createHostLink, type HostLink } from './host-link.ts';
import type { SpawnHost } from './host-process.ts';
import { PageDevice, pageAddress } from './page-device.ts';
import { readinessOf } from './readiness.ts';
import { createRolls } from './rolls.ts';
import { createReservations } from './supplies.ts';
import { Slot, type CommandOptions } from './slot.ts';
import type { ClosedByStaff, DeviceHealth, Devices, Log } from './types.ts';

export interface SupervisorOptions {
  terminal: Terminal;
  clock: Clock;
  log: Log;
  /** Events of the audit catalogue; fields never hold personal data. */
  audit: (event: string, fields: Record<string, unknown>) => void;
  /** Where `device-host.pid` is written. The folder exists. */
  runDir: string;
  spawn: SpawnHost;
  /** 0 ≤ random < 1, for jitter. */
  random: () => number;
  timeZone: string;
  /** What staff closed by hand, now. */
  /** File and line of each device in the terminal file, by id. */
  places?: Readonly<Record<string, string>> | undefined;
  closedByStaff?: (() => readonly ClosedByStaff[]) | undefined;
}

/** Two blames within this time make a repeat offender, in milliseconds. */
const OFFENCE_MS = 10 * 60_000;
const SHARED = 'device-host';
/** A device that never ends its first opening must not keep the terminal from starting. */
const START_MS = 10_000;

const hallTime = (iso: string): { weekday: number; time: string } => ({ weekday: new Date(`${iso.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7, time: iso.slice(11, 16) });

/** Builds the {@link Devices} of a terminal over any way to start a host. */
export const createSupervisor = (options: SupervisorOptions): Devices => {
  const { clock, log } = options;
  const listeners = new Set<() => void>();
  const offences = new Map<Slot, number[]>();
  const homes = new Map<Slot, HostLink>();
  const links = new Set<HostLink>();
  let stopped = false;

  /** A record that cannot be written (disk full) has a screen of its own; the devices go on being looked after. */
  const audit = (event: string, fields: Record<string, unknown>): void => {
    try {
      options.audit(event, fields);
    } catch (error) {
      log.warn({ event, error: error instanceof Error ? error.name : typeof error }, 'an event of the devices could not be put on record');
    }
  };
  const changed = (): void => {
    rolls.look(slots.map((slot) => slot.health()));
    for (const listener of listeners) listener();
  };
  const rolls = createRolls(options.terminal.devices, join(options.runDir, 'rolls.json'));
  const reservations = createReservations(changed);
  const slotsIn = (link: HostLink): Slot[] => slots.filter((slot) => homes.get(slot) === link);
  const pidFile = (name: string): string => join(options.runDir, `${name}.pid`);

  const link = (name: string): HostLink => {
    const created = createHostLink(name, {
      spawn: options.spawn,
      clock,
      random: options.random,
      log,
      onUp: (pid) => {
        writeFileSync(pidFile(name), `${pid ?? ''}\n`);
        audit('device-host.started', { processId: pid ?? 0 });
        log.info({ host: name, pid }, 'device host started');
        for (const slot of slotsIn(created)) slot.hostUp();
      },
      onDown: (exit, planned) => {
        rmSync(pidFile(name), { force: true });
        if (!stopped) audit('device-host.crashed', { exit: exit.code, signal: exit.signal });
        log[planned ? 'info' : 'warn']({ host: name, exit: exit.code, signal: exit.signal, planned }, 'device host ended');
        const inside = slotsIn(created);
        const suspects = inside.filter((slot) => slot.isRunning());
        // Whoever alone was at work when the host died of itself brought it down; a kill from outside is nobody's fault.
        if (exit.ownFault && !planned && suspects[0] !== undefined && suspects.length === 1) blame(suspects[0]);
        for (const slot of slotsIn(created)) slot.hostDown();
      },
    });
    links.add(created);
    return created;
  };

  const moveOut = (slot: Slot): void => {
    const from = homes.get(slot);
    if (stopped || from === undefined || from.name !== SHARED) return;
    const own = link(`${SHARED}-${slot.config.id}`);
    homes.set(slot, own);
    log.warn({ device: slot.config.id }, 'device gets a host of its own');
    // The port must be free for the new host; whether the old one can still close it is not waited for.
    void from.call({ type: 'close', device: slot.config.id });
    slot.hostDown();
    own.start();
  };

  /** @returns true when this was once too often */
  const blame = (slot: Slot): boolean => {
    const now = clock.monotonic();
    const recent = [...(offences.get(slot) ?? []).filter((at) => now - at < OFFENCE_MS), now];
    offences.set(slot, recent);
    if (recent.length < 2) return false;
    moveOut(slot);
    return true;
  };

  const restartHost = (slot: Slot): void => {
    const home = homes.get(slot);
    if (home === undefined || stopped) return;
    const others = slotsIn(home).filter((other) => other !== slot);
    if (others.some((other) => other.isInTheMiddle())) return;
    if (home.name === SHARED && others.length > 0 && blame(slot)) return;
    home.restart(`${slot.config.id} does not answer`);
  };

  const shared = link(SHARED);
  const iso = (): string => isoWithOffset(clock.wall(), options.timeZone);
  // What the page opens itself never comes near a host.
  const ofPage = (config: DeviceConfig): boolean => pageAddress(config.transport) !== null;
  const pageDevices = options.terminal.devices.filter(ofPage).map((config) => new PageDevice(config, { clock, log, audit, iso, changed }));
  const slots = options.terminal.devices.filter((config) => !ofPage(config)).map((config) => {
    const slot: Slot = new Slot(config, {
      clock,
      random: options.random,
      log,
      audit,
      iso,
      host: () => homes.get(slot) ?? shared,
      restartHost: () => restartHost(slot),
      ownHost: () => moveOut(slot),
      changed,
      configuredAt: options.places?.[config.id] ?? null,
    });
    homes.set(slot, shared);
    return slot;
  });

  const health = (): DeviceHealth[] => options.terminal.devices.flatMap((config) => [...slots, ...pageDevices].find((one) => one.config === config)?.health() ?? []).map((one) => rolls.told(one));

  const untyped = async (deviceClass: string, command: string, input: unknown, more: CommandOptions): Promise<unknown> => {
    const ofClass = slots.filter(({ config }) => config.class === deviceClass && (more.device === undefined || config.id === more.device));
    const slot = ofClass.find((one) => one.isServing()) ?? ofClass[0];
    const inPage = pageDevices.find(({ config }) => config.class === deviceClass);
    if (inPage !== undefined && slot?.isServing() !== true) return inPage.command(command);
    if (slot === undefined) return fail('disconnected', `this terminal has no ${deviceClass}`);
    if (command !== 'print' || (deviceClass !== 'receipt-printer' && deviceClass !== 'ticket-dispenser')) return slot.command(command, input, more);
    const counted = (progress: unknown): void => {
      rolls.printed(slot.config.id);
      changed();
      more.onProgress?.(progress);
    };
    return slot.command(command, input, { ...more, onProgress: counted });
  };

  return {
    start: async () => {
      if (slots.length === 0) return;
      const deadline = clock.monotonic() + START_MS;
      shared.start();
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (stopped || slots.every((slot) => slot.wasTried()) || clock.monotonic() >= deadline) resolve();
          else clock.after(20, look);
        };
        look();
      });
    },
    stop: async () => {
      stopped = true;
      for (const device of [...slots, ...pageDevices]) device.stop();
      await Promise.all([...links].map((one) => one.stop()));
    },
    // Input, progress and value are parsed by the command's own schemas on the way (protocol.ts).
    command: untyped as Devices['command'],
    health,
    reserve: (holder, needs) => reservations.reserve(holder, needs),
    readiness: (item, platformReachable, holders = []) =>
      readinessOf(item, health(), { platformReachable, promised: reservations.promised(holders), closedByStaff: options.closedByStaff?.() ?? [], now: clock.known() ? hallTime(iso()) : null }),
    heardFromPage: (deviceClass, report) => {
      const heard = pageDevices.filter(({ config }) => config.class === deviceClass);
      for (const device of heard) device.hear(report);
      return heard.length > 0;
    },
    note: (deviceClass, code, condition) => {
      for (const slot of slots) if (slot.config.class === deviceClass) slot.note(code, condition);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hostPid: () => shared.pid(),
  };
};
