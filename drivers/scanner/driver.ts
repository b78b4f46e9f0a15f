/** Scanners: `escl:http://host:port/eSCL` over the network, `sane:NAME` through SANE's own program. */
import type { Driver, DriverClock } from '../contract.ts';
import { createEsclDriver } from './escl-driver.ts';
import { createSaneDriver } from './sane-driver.ts';

/**
 * @param uri `escl:http://host:port/eSCL` or `sane:NAME` with a name that `scanimage -L` tells
 * @param options settings of the one or the other; a wrong address or option is a `bad-input` fault of every command, not an exception
 */
export const createScannerDriver = (uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<'scanner'> =>
  uri.startsWith('sane:') ? createSaneDriver(uri, options, clock) : createEsclDriver(uri, options, clock);
