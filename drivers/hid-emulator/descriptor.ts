/** Report descriptors of plain devices (USB HID 1.11, section 6.2.2): one collection of bytes in, out and as features. */

export interface PlainReports {
  usagePage: number;
  usage: number;
  /** Report id of all reports; left out where the device numbers none. */
  reportId?: number;
  /** Bytes without the id; 0: none of this kind. */
  inputBytes: number;
  outputBytes?: number;
  /** Feature reports: id (0 where unnumbered) and bytes. */
  features?: readonly { id: number; bytes: number }[];
}

const SHORT = { usagePage: 0x04, usage: 0x08, collection: 0xa0, endCollection: 0xc0, logicalMinimum: 0x14, logicalMaximum: 0x24, reportSize: 0x74, reportCount: 0x94, reportId: 0x84, input: 0x80, output: 0x90, feature: 0xb0 } as const;

/** One item, its value in one or two bytes. */
const item = (tag: keyof typeof SHORT, value: number): number[] => (value > 0xff ? [SHORT[tag] | 2, value & 0xff, value >> 8] : [SHORT[tag] | 1, value]);

export const plainDescriptor = ({ usagePage, usage, reportId, inputBytes, outputBytes = 0, features = [] }: PlainReports): Uint8Array => {
  const bytes = (kind: 'input' | 'output' | 'feature', count: number, id: number | undefined): number[] =>
    // Usage 1 of the same page, "data, variable, absolute".
    count === 0 ? [] : [...(id === undefined || id === 0 ? [] : item('reportId', id)), ...item('usage', 1), ...item('reportCount', count), ...item(kind, 2)];
  return Uint8Array.from([
    ...item('usagePage', usagePage),
    ...item('usage', usage),
    ...item('collection', 1),
    ...item('logicalMinimum', 0),
    SHORT.logicalMaximum | 2,
    0xff,
    0x00,
    ...item('reportSize', 8),
    ...bytes('input', inputBytes, reportId),
    ...bytes('output', outputBytes, reportId),
    ...features.flatMap((feature) => bytes('feature', feature.bytes, feature.id)),
    SHORT.endCollection,
  ]);
};
