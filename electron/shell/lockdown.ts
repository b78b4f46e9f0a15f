/**
 * What the citizen's window may and may not do (law 8), as functions over Electron's own types, so that they can be
 * read in one sitting and tested against a stand-in.
 */
import type { App, BrowserWindow, Input, Session, WebContents, WebPreferences, WebRequest } from 'electron';

/** The parts of Electron that the lock-down touches. */
export type LockedApp = Pick<App, 'on'>;
export type LockedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler' | 'setZoomFactor' | 'setVisualZoomLevelLimits'>;
export type LockedSession = Pick<Session, 'on' | 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setDisplayMediaRequestHandler'> & { webRequest: Pick<WebRequest, 'onBeforeRequest'> };
export type LockedWindow = Pick<BrowserWindow, 'on' | 'restore' | 'show' | 'setKiosk'> & { webContents: Pick<WebContents, 'on'> };

/** Sandboxed, isolated, without Node, without anything a kiosk page does not need. */
export const WEB_PREFERENCES: WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  devTools: false,
  spellcheck: false,
  navigateOnDragDrop: false,
  disableDialogs: true,
  backgroundThrottling: false,
};

/** May the window go to this address? Only the agent's own origin. */
export const mayNavigate = (target: string, agentOrigin: string): boolean => {
  try {
    return new URL(target).origin === agentOrigin;
  } catch {
    return false;
  }
};

const ESCAPE_KEYS = new Set(['Escape', 'ContextMenu', 'BrowserBack', 'BrowserForward', 'BrowserHome', 'BrowserSearch', 'BrowserRefresh', 'BrowserFavorites', 'LaunchMail', 'PrintScreen', 'Help']);

/** Keys that would leave, close, reload, zoom, print or inspect. Plain typing on a plugged-in keyboard stays possible. */
export const isEscapeKey = (input: Pick<Input, 'type' | 'key' | 'control' | 'alt' | 'meta'>): boolean =>
  input.type !== 'keyUp' && (input.control || input.alt || input.meta || /^F\d{1,2}$/.test(input.key) || ESCAPE_KEYS.has(input.key));

/** Locks one page: no foreign address, no new window, no escape key, no zoom, no device picked for it. */
export const lockContents = (contents: LockedContents, agentOrigin: () => string): void => {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const refuse = (event: { preventDefault(): void }, url: string): void => {
    if (!mayNavigate(url, agentOrigin())) event.preventDefault();
  };
  contents.on('will-navigate', (event) => refuse(event, event.url));
  contents.on('will-redirect', (event) => refuse(event, event.url));
  contents.on('will-frame-navigate', (event) => refuse(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('before-input-event', (event, input) => {
    if (isEscapeKey(input)) event.preventDefault();
  });
  // Electron would take the first device it finds.
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
  const unzoom = (): void => {
    contents.setZoomFactor(1);
    void contents.setVisualZoomLevelLimits(1, 1);
  };
  // Zoom belongs to what is loaded, so it is set anew after each load.
  contents.on('did-finish-load', unzoom);
  contents.on('zoom-changed', unzoom);
  unzoom();
};

/**
 * Locks one session: every permission, device, screen capture and download is denied; nothing is fetched from outside.
 * The one exception is the picture of a document camera, for the agent's own page, where the terminal has one. Sound never.
 */
export const lockSession = (session: LockedSession, agentOrigin: () => string, camera: () => boolean): void => {
  const ofPage = (address: string | undefined): boolean => camera() && address !== undefined && mayNavigate(address, agentOrigin());
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = permission === 'media' && 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    answer(media.length > 0 && media.every((type) => type === 'video') && ofPage(details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => permission === 'media' && details.mediaType === 'video' && ofPage(requestingOrigin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => {
    const own = mayNavigate(details.url, agentOrigin()) || details.url.startsWith('data:') || details.url.startsWith('blob:');
    answer({ cancel: !own });
  });
};

/** Locks the whole application, whatever windows come. */
export const lockApp = (app: LockedApp, agentOrigin: () => string): void => {
  app.on('web-contents-created', (_event, contents) => lockContents(contents, agentOrigin));
  // A window that is closed by whatever means is opened again by its owner; the application itself stays.
  app.on('window-all-closed', () => undefined);
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
};

/** A window that a key of the desktop (Alt+F4, Super+D) would close, hide or shrink stays where it is. */
export const keepInFront = (window: LockedWindow): void => {
  window.on('close', (event) => event.preventDefault());
  window.on('minimize', () => window.restore());
  window.on('hide', () => window.show());
  window.on('leave-full-screen', () => window.setKiosk(true));
};

/** Opens a window again whenever its page, or the window itself, is gone. */
export const keepAlive = (window: LockedWindow, reopen: (why: string) => void): void => {
  window.webContents.on('render-process-gone', (_event, details) => reopen(`page gone: ${details.reason}`));
  window.webContents.on('unresponsive', () => reopen('page unresponsive'));
  window.webContents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    if (isMainFrame) reopen(`page did not load: ${code} ${description}`);
  });
  window.on('closed', () => reopen('window closed'));
};
