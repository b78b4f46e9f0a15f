/** What a recording of a signature pad keeps: that there was a report, which one, and whether the pen was down or a key; never where the pen was. */
import { hollowMask, type ClassMask } from '../recording/mask.ts';

/** The report's number and the byte behind it, in which pads put their switches. */
const HEAD = 2;

export const signaturePadMask: ClassMask = {
  ...hollowMask('hollow'),
  fromDevice: () => ({ push: (report) => [{ length: report.length, head: report.slice(0, HEAD) }], flush: () => [] }),
};
