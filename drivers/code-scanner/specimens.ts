/** Bytes as real scanners send them, for tests and emulators: no code in them was ever shown by anybody. */

/** What a Honeywell scanner in HID point-of-sale mode tells of its reports over USB: usages of page 8Ch, and two of its own page. */
export const HONEYWELL_DESCRIPTOR: Uint8Array = Uint8Array.from(
  Buffer.from(
    [
      '058c 0902 a101', // page 8C, Bar Code Scanner, application
      '0912 a102 8502', // Scanned Data Report, id 2
      '1500 26ff00 7508', // bytes
      '9501 0501 093b 8102', // Byte Count
      '9503 058c 09fb 09fc 09fd 8102', // Symbology Identifier 1–3
      '9538 09fe 820201', // Decoded Data, 56 bytes
      '0666ff 9502 0904 0900 8102', // the maker's Code ID, and a spare byte
      '058c 2501 7501 9508 09ff 8102 c0', // Decode Data Continued
      '0666ff 7508 26ff00 0903 a102 85fe 9501 0903 b28201 c0', // feature 254: which way codes go
      '0901 a102 85fd 9501 0921 9102 953e 0922 928201 c0', // output 253: commands
      'c0',
    ]
      .join('')
      .replaceAll(' ', ''),
    'hex',
  ),
);

const ROOM = 56;

/** Reports of one code in Honeywell's layout. `more`: the last one, too, says that the code goes on. */
export const reportsOf = (code: Uint8Array, aim: string, more = false): Uint8Array[] => {
  const count = Math.max(1, Math.ceil(code.length / ROOM));
  return Array.from({ length: count }, (_, index) => {
    const part = code.subarray(index * ROOM, (index + 1) * ROOM);
    const report = new Uint8Array(64);
    report.set([2, part.length, ...Buffer.from(aim, 'latin1')]);
    report.set(part, 5);
    report[61] = 0x3f;
    report[63] = more || index < count - 1 ? 1 : 0;
    return report;
  });
};

const LINES = [
  'Product Name: Voyager 1602g\r\nBoot Revision: : 8992\r\nSoft',
  'ware Part Number: CW000082BBA\r\nSoftware Revision: $Proje',
  'ctRevision: 16345 \r\nSerial Number: 15232B1F0C\r\nSupported',
  ' IF: Bluetooth\r\nPCB Assembly ID: 000000\r\nEngine Firmware',
  ' Type: N/A   Revision: N/A   Serial Number: N/A   Checks',
  'um: N/A\r\n',
];

/** A scanner's answer about itself, six reports long, as somebody recorded and published it. */
export const honeywellReports = (): Uint8Array[] => LINES.flatMap((line, index) => reportsOf(Buffer.from(line, 'latin1'), ']X0', index < LINES.length - 1));
