/** The classes of devices that a terminal may have. */
export const DEVICE_CLASSES = ['id-card', 'code-scanner', 'receipt-printer', 'ticket-dispenser', 'document-printer', 'scanner', 'document-camera', 'locker', 'window-display', 'call-pad', 'signals', 'nav-pad', 'signature-pad', 'sound'] as const;
