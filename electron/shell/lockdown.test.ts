import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppStandIn, ContentsStandIn, SessionStandIn, WindowStandIn } from './electron.fixture.ts';
import { isEscapeKey, keepInFront, lockApp, lockContents, lockSession, mayNavigate, WEB_PREFERENCES } from './lockdown.ts';

const ORIGIN = 'http://127.0.0.1:4173';
const FOREIGN = ['http://127.0.0.1:4174/', 'http://127.0.0.1:41730/', 'https://127.0.0.1:4173/', 'http://localhost:4173/', 'http://127.0.0.1:4173@evil.example/', 'file:///etc/passwd', 'chrome://settings', 'devtools://x', 'view-source:http://127.0.0.1:4173/', 'javascript:alert(1)', 'about:blank', 'data:text/html,x', '', 'not an address'];

const locked = (): ContentsStandIn => {
  const contents = new ContentsStandIn();
  lockContents(contents, () => ORIGIN);
  return contents;
};
const press = (key: string, held: { control?: boolean; alt?: boolean; meta?: boolean } = {}, type = 'keyDown') => ({ type, key, control: held.control ?? false, alt: held.alt ?? false, meta: held.meta ?? false });

describe('a citizen page in Electron', () => {
  it('stays on the agent, whatever links, redirects and frames ask for', () => {
    const contents = locked();
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect(contents.refuses(event, { url: `${ORIGIN}/enter?ticket=x` })).toBe(false);
      for (const url of FOREIGN) expect(contents.refuses(event, { url }), `${event} ${url}`).toBe(true);
    }
  });

  it('goes nowhere while no agent has answered yet', () => {
    expect(mayNavigate('about:blank', 'none:')).toBe(false);
    expect(mayNavigate(`${ORIGIN}/`, 'none:')).toBe(false);
  });

  it('takes no address but those of the one origin', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        expect(mayNavigate(url, ORIGIN)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        expect(mayNavigate(`${ORIGIN}${path}`, ORIGIN)).toBe(true);
      }),
    );
  });

  it('opens no second window and no webview', () => {
    const contents = locked();
    expect(contents.openHandler?.({ url: `${ORIGIN}/`, frameName: '', features: '', disposition: 'new-window', referrer: { url: '', policy: 'no-referrer' } })).toEqual({ action: 'deny' });
    expect(contents.refuses('will-attach-webview')).toBe(true);
  });

  it('lets nobody out by a key', () => {
    const contents = locked();
    const out = [
      ...['F1', 'F5', 'F7', 'F11', 'F12', 'F24', 'Escape', 'ContextMenu', 'PrintScreen', 'BrowserBack', 'BrowserForward', 'BrowserHome', 'BrowserSearch', 'BrowserRefresh', 'BrowserFavorites', 'LaunchMail', 'Help'].map((key) => press(key)),
      ...['w', 'n', 't', 'p', 's', 'r', 'h', 'j', 'l', 'o', 'u', 'q', 'f', '+', '-', '0', 'c', 'v'].map((key) => press(key, { control: true })),
      ...['F4', 'ArrowLeft', ' ', 'Tab', 'd'].map((key) => press(key, { alt: true })),
      ...['d', 'l', 'r', 'Tab'].map((key) => press(key, { meta: true })),
      press('w', { control: true }, 'rawKeyDown'),
    ];
    for (const input of out) expect(contents.refuses('before-input-event', {}, input), JSON.stringify(input)).toBe(true);
  });

  it('still takes plain typing on a plugged-in keyboard', () => {
    for (const key of ['a', 'Z', '7', '·', '张', 'F', 'Enter', 'Backspace', 'Tab', 'ArrowLeft', 'Shift']) expect(isEscapeKey(press(key))).toBe(false);
    expect(isEscapeKey(press('F5', {}, 'keyUp'))).toBe(false);
  });

  it('cannot be zoomed, and a new page is not zoomed either', () => {
    const contents = locked();
    for (const event of ['zoom-changed', 'did-finish-load']) {
      contents.zoomFactor = 3;
      contents.visualLimits = [1, 5];
      contents.play(event, {}, 'in');
      expect([contents.zoomFactor, contents.visualLimits]).toEqual([1, [1, 1]]);
    }
  });

  it('is given no device near by', () => {
    const chosen: string[] = [];
    expect(locked().refuses('select-bluetooth-device', {}, [{ deviceId: 'a', deviceName: 'a' }], (id: string) => chosen.push(id))).toBe(true);
    expect(chosen).toEqual(['']);
  });

  it('is sandboxed, without Node, developer tools and dialogs', () => {
    expect(WEB_PREFERENCES).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webviewTag: false, webSecurity: true, devTools: false, disableDialogs: true });
    expect(WEB_PREFERENCES).not.toHaveProperty('preload');
  });
});

describe('the session of the citizen page', () => {
  const session = new SessionStandIn();
  let camera = false;
  lockSession(session, () => ORIGIN, () => camera);

  it('denies every permission, asked or looked up', () => {
    const answers: unknown[] = [];
    for (const permission of ['media', 'geolocation', 'notifications', 'fullscreen', 'clipboard-read', 'openExternal', 'hid', 'serial', 'usb', 'unknown'] as const) {
      session.permissionRequest?.({} as never, permission, (granted) => answers.push(granted), {} as never);
      answers.push(session.permissionCheck?.(null, permission, ORIGIN, {} as never));
    }
    expect(new Set(answers)).toEqual(new Set([false]));
    expect(answers).toHaveLength(20);
    expect(session.devicePermission?.({ deviceType: 'usb', origin: ORIGIN, device: {} as never })).toBe(false);
  });

  it('lets the page of a terminal with a document camera have its picture, nobody else, and never a sound', () => {
    const asks = (mediaTypes: ('video' | 'audio')[] | undefined, requestingUrl: string): boolean => {
      let granted: boolean | undefined;
      session.permissionRequest?.({} as never, 'media', (answer) => (granted = answer), { requestingUrl, isMainFrame: true, securityOrigin: requestingUrl, ...(mediaTypes === undefined ? {} : { mediaTypes }) });
      return granted === true;
    };
    const looksUp = (mediaType: string, origin: string): boolean => session.permissionCheck?.(null, 'media', origin, { mediaType } as never) === true;
    expect([asks(['video'], `${ORIGIN}/`), looksUp('video', ORIGIN)]).toEqual([false, false]);
    camera = true;
    expect([asks(['video'], `${ORIGIN}/`), looksUp('video', `${ORIGIN}/`)]).toEqual([true, true]);
    expect([asks(['audio'], `${ORIGIN}/`), asks(['video', 'audio'], `${ORIGIN}/`), asks([], `${ORIGIN}/`), asks(undefined, `${ORIGIN}/`), looksUp('audio', ORIGIN), looksUp('unknown', ORIGIN)]).toEqual(Array.from({ length: 6 }, () => false));
    for (const url of FOREIGN) expect([asks(['video'], url), looksUp('video', url)], url).toEqual([false, false]);
    camera = false;
  });

  it('shares no screen and picks no device', () => {
    const answers: unknown[] = [];
    session.displayMedia?.({} as never, (streams) => answers.push(streams));
    expect(session.refuses('select-hid-device', {}, {}, (id: unknown) => answers.push(id))).toBe(true);
    expect(session.refuses('select-serial-port', {}, [], {}, (id: unknown) => answers.push(id))).toBe(true);
    expect(session.refuses('select-usb-device', {}, {}, (id: unknown) => answers.push(id))).toBe(true);
    expect(answers).toEqual([{}, null, '', undefined]);
  });

  it('downloads nothing', () => {
    expect(session.refuses('will-download')).toBe(true);
  });

  it('fetches from the agent alone, and what the page itself made', () => {
    for (const url of [`${ORIGIN}/api/citizen/stream`, `blob:${ORIGIN}/1`, 'data:image/png;base64,AA==']) expect(session.fetches(url), url).toBe(true);
    for (const url of FOREIGN.filter((each) => !each.startsWith('data:'))) expect(session.fetches(url), url).toBe(false);
    expect(session.fetches('ws://127.0.0.1:4173/')).toBe(false);
  });
});

describe('the application', () => {
  const app = new AppStandIn(true);
  lockApp(app, () => ORIGIN);

  it('locks every page that comes to be, whoever made it', () => {
    const contents = new ContentsStandIn();
    app.play('web-contents-created', {}, contents);
    expect(contents.refuses('will-navigate', { url: 'https://example.org/' })).toBe(true);
  });

  it('accepts no certificate that is wrong', () => {
    const answers: boolean[] = [];
    expect(app.refuses('certificate-error', {}, {}, ORIGIN, 'ERR', {}, (trusted: boolean) => answers.push(trusted))).toBe(true);
    expect(answers).toEqual([false]);
  });

  it('does not end with its last window', () => {
    // Without a listener Electron quits.
    expect(app.play('window-all-closed')).toBe(true);
  });
});

describe('the window', () => {
  it('cannot be closed, hidden, shrunk or taken out of the kiosk by a key of the desktop', () => {
    const window = new WindowStandIn({});
    keepInFront(window);
    expect(window.refuses('close')).toBe(true);
    for (const event of ['minimize', 'hide', 'leave-full-screen']) window.play(event);
    expect(window.told).toEqual(['restore', 'show', 'kiosk true']);
  });
});
