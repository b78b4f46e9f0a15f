import { describe, expect, it } from 'vitest';
import { launchOptions } from './options.ts';

describe('the command line of a terminal', () => {
  it('starts the demonstration when nothing is said', () => {
    expect(launchOptions([], '/opt/hall24')).toEqual({ shell: 'auto', port: 0, home: '/opt/hall24/.demo-home', config: null, terminal: null, transports: {} });
  });

  it('takes real devices in place of emulated ones', () => {
    expect(launchOptions(['--transport', 'id-card=serial:/dev/ttyUSB0?baud=115200', '--transport', 'scanner=escl:http://h/eSCL'], '/r').transports).toEqual({ 'id-card': 'serial:/dev/ttyUSB0?baud=115200', scanner: 'escl:http://h/eSCL' });
  });

  it('takes a real hall with a home of its own', () => {
    expect(launchOptions(['--config', '/etc/hall24', '--home', '/var/lib/hall24', '--terminal', 't-05', '--shell', 'electron', '--port', '8024'], '/r')).toMatchObject({ config: '/etc/hall24', home: '/var/lib/hall24', terminal: 't-05', shell: 'electron', port: 8024 });
  });

  it.each([
    [['--shell', 'firefox'], '--shell firefox: one of auto, electron, chromium, none'],
    [['--port', '65536'], '--port 65536: a port is a whole number from 0 to 65535'],
    [['--port', '1e3'], '--port 1e3: a port is a whole number'],
    [['--port', ''], 'a port is a whole number'],
    [['--config', '/etc/hall24', '--home', '/h', '--transport', 'a=b'], '--transport is for the demonstration'],
    [['--transport', 'id-card'], 'DEVICE=URI'],
    [['--home', `/${'x'.repeat(120)}`], 'too long for a socket'],
    [['--hom', '/h'], "Unknown option '--hom'"],
    [['extra'], 'Unexpected argument'],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => launchOptions(args, '/r')).toThrow(message);
  });
});
