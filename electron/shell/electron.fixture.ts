/**
 * A stand-in for Electron in tests: it keeps what it was told and lets a test play the browser engine's part. The
 * compiler holds it against Electron's own types: every face below must satisfy the part of Electron that the shell uses.
 */
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, OnBeforeRequestListenerDetails, Session, WebContents, WebRequest } from 'electron';
import type { ElectronParts, ShellWindow } from './electron-shell.ts';
import type { LockedContents, LockedSession } from './lockdown.ts';

/** What an event can be refused with. */
export interface Refusable {
  prevented: boolean;
  preventDefault(): void;
}

export const refusable = <T extends object>(more: T): Refusable & T => {
  const event = { ...more, prevented: false, preventDefault: (): void => void (event.prevented = true) };
  return event;
};

/** Electron's `on` answers with the whole object; the shell never looks at that answer. */
class Emitting {
  protected readonly emitter = new EventEmitter();
  on(event: string, listener: (...args: never[]) => void): never {
    this.emitter.on(event, listener as (...args: unknown[]) => void);
    return this as never;
  }
  /** The engine's part. @returns whether anybody listened */
  play(event: string, ...args: unknown[]): boolean {
    return this.emitter.emit(event, ...args);
  }
  /** An event that may be prevented. @returns whether it was */
  refuses(event: string, more: object = {}, ...args: unknown[]): boolean {
    const subject = refusable(more);
    this.play(event, subject, ...args);
    return subject.prevented;
  }
}

export class ContentsStandIn extends Emitting implements LockedContents {
  zoomFactor = 0;
  visualLimits: [number, number] | null = null;
  openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null;
  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }
  setZoomFactor(factor: number): void {
    this.zoomFactor = factor;
  }
  async setVisualZoomLevelLimits(least: number, most: number): Promise<void> {
    this.visualLimits = [least, most];
  }
}

export class WindowStandIn extends Emitting implements ShellWindow {
  readonly webContents = new ContentsStandIn();
  readonly options: BrowserWindowConstructorOptions;
  readonly loaded: string[] = [];
  readonly told: string[] = [];
  private destroyed = false;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
  }
  destroy(): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    this.destroyed = true;
    this.play('closed');
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  restore(): void {
    this.told.push('restore');
  }
  show(): void {
    this.told.push('show');
  }
  setKiosk(flag: boolean): void {
    this.told.push(`kiosk ${flag}`);
  }
}

export class SessionStandIn extends Emitting implements LockedSession {
  permissionRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null;
  permissionCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null;
  devicePermission: Parameters<Session['setDevicePermissionHandler']>[0] = null;
  displayMedia: Parameters<Session['setDisplayMediaRequestHandler']>[0] = null;
  private requestListener: ((details: OnBeforeRequestListenerDetails, answer: (response: { cancel?: boolean }) => void) => void) | null = null;
  readonly webRequest: Pick<WebRequest, 'onBeforeRequest'> = {
    onBeforeRequest: (...args: unknown[]): void => {
      this.requestListener = args.at(-1) as typeof this.requestListener;
    },
  };
  setPermissionRequestHandler(handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {
    this.devicePermission = handler;
  }
  setDisplayMediaRequestHandler(handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {
    this.displayMedia = handler;
  }
  /** Would this address be fetched? */
  fetches(url: string): boolean {
    let cancelled = true;
    this.requestListener?.({ url } as OnBeforeRequestListenerDetails, (response) => {
      cancelled = response.cancel === true;
    });
    return !cancelled;
  }
}

export class AppStandIn extends Emitting {
  readonly paths: Record<string, string> = {};
  readonly switches: string[] = [];
  sandboxed = false;
  exitCode: number | null = null;
  readonly first: boolean;
  readonly commandLine = { appendSwitch: (name: string, value?: string): void => void this.switches.push(value === undefined ? name : `${name}=${value}`) };
  constructor(first: boolean) {
    super();
    this.first = first;
  }
  async whenReady(): Promise<void> {
    await Promise.resolve();
  }
  requestSingleInstanceLock(): boolean {
    return this.first;
  }
  enableSandbox(): void {
    this.sandboxed = true;
  }
  setPath(name: string, path: string): void {
    this.paths[name] = path;
  }
  exit(code?: number): void {
    this.exitCode = code ?? 0;
  }
}

/** A whole stand-in; windows appear in `windows` as they are opened, each announced as Electron does. */
export class ElectronStandIn implements ElectronParts {
  readonly app: AppStandIn;
  readonly session = new SessionStandIn();
  readonly windows: WindowStandIn[] = [];
  readonly partitions: string[] = [];
  readonly blockers: string[] = [];
  menus = 1;
  readonly powerSaveBlocker = {
    start: (type: 'prevent-app-suspension' | 'prevent-display-sleep'): number => this.blockers.push(type),
  };
  constructor(first = true) {
    this.app = new AppStandIn(first);
  }
  createWindow(options: BrowserWindowConstructorOptions): WindowStandIn {
    const window = new WindowStandIn(options);
    this.windows.push(window);
    this.app.play('web-contents-created', {}, window.webContents);
    return window;
  }
  pageSession(name: string): SessionStandIn {
    this.partitions.push(name);
    return this.session;
  }
  noMenu(): void {
    this.menus = 0;
  }
  /** The windows that stand now. */
  open(): WindowStandIn[] {
    return this.windows.filter((window) => !window.isDestroyed());
  }
}
