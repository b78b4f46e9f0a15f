/** The classes of devices that a terminal may have. */
export const DEVICE_CLASSES = ['id-card', 'code-scanner', 'receipt-printer', 'ticket-dispenser', 'document-printer', 'scanner', 'document-camera', 'locker', 'window-display', 'call-pad', 'signals', 'nav-pad', 'signature-pad', 'sound'] as const;

/** Paper becomes pages in a scanner or under a document camera: where an item needs the one, the other will do. */
const TAKES_PAGES: readonly (typeof DEVICE_CLASSES)[number][] = ['scanner', 'document-camera'];

/** The classes that can do what this one is needed for, itself first. */
export const classesThatServe = (deviceClass: (typeof DEVICE_CLASSES)[number]): readonly (typeof DEVICE_CLASSES)[number][] => (TAKES_PAGES.includes(deviceClass) ? [deviceClass, ...TAKES_PAGES.filter((other) => other !== deviceClass)] : [deviceClass]);
