/**
 * Reports of a pen digitizer (HID Usage Tables, page 0x0D) to pen positions, by the device's own report descriptor. Pure.
 */
import { fieldValue, type HidField, type HidLayout } from '../transports/hid-descriptor.ts';

const PAGE = { desktop: 0x01, button: 0x09, digitizer: 0x0d } as const;
const USAGE = { x: 0x30, y: 0x31, tipPressure: 0x30, tipSwitch: 0x42, scanTime: 0x56 } as const;
/** Digitizer, pen, touch screen, touch pad: what a pad may call itself. */
const APPLICATIONS = [0x01, 0x02, 0x04, 0x05];

/** Where a pad puts what. Lengths in millimetres. */
export interface PadLayout {
  layout: HidLayout;
  tip: HidField;
  x: HidField;
  y: HidField;
  pressure: HidField | null;
  /** Counts tenths of milliseconds and begins again at its maximum. */
  scanTime: HidField | null;
  /** Buttons of the pad by number, wherever they are told. */
  buttons: ReadonlyMap<number, HidField>;
  widthMm: number;
  heightMm: number;
}

/** @param size replaces what the device tells, or tells what it does not */
export const padLayout = (layout: HidLayout, size: { widthMm: number | null; heightMm: number | null }): PadLayout | 'no-digitizer' | 'no-size' => {
  const pen = layout.fields.filter(({ application }) => application?.usagePage === PAGE.digitizer && APPLICATIONS.includes(application.usage));
  const tip = pen.find(({ usagePage, usage }) => usagePage === PAGE.digitizer && usage === USAGE.tipSwitch);
  const beside = (page: number, wanted: number): HidField | null => pen.find(({ usagePage, usage, reportId }) => usagePage === page && usage === wanted && reportId === tip?.reportId) ?? null;
  const x = beside(PAGE.desktop, USAGE.x);
  const y = beside(PAGE.desktop, USAGE.y);
  if (tip === undefined || x === null || y === null || x.logicalMaximum <= x.logicalMinimum || y.logicalMaximum <= y.logicalMinimum) return 'no-digitizer';
  const widthMm = size.widthMm ?? x.millimetres;
  const heightMm = size.heightMm ?? y.millimetres;
  if (widthMm === null || heightMm === null) return 'no-size';
  const buttons = new Map(layout.fields.filter(({ usagePage }) => usagePage === PAGE.button).map((field) => [field.usage, field]));
  return { layout, tip, x, y, pressure: beside(PAGE.digitizer, USAGE.tipPressure), scanTime: beside(PAGE.digitizer, USAGE.scanTime), buttons, widthMm, heightMm };
};

/** What one report says; a part that is not in it is null. */
export interface PadReport {
  /** x, y in hundredths of a millimetre from the upper left corner; p 0–1. */
  pen: { down: boolean; x: number; y: number; p: number | null; /** Tenths of milliseconds. */ scanTime: number | null } | null;
  /** Buttons that are down, of those in this report. */
  buttons: { number: number; down: boolean }[];
}

/** Share of the logical range, 0–1. */
const share = ({ logicalMinimum, logicalMaximum }: HidField, value: number): number => Math.max(0, Math.min(1, (value - logicalMinimum) / (logicalMaximum - logicalMinimum)));

export const decodePadReport = (pad: PadLayout, report: Uint8Array): PadReport => {
  const read = (field: HidField | null): number | null => (field === null ? null : fieldValue(pad.layout, field, report));
  const tip = read(pad.tip);
  const x = read(pad.x);
  const y = read(pad.y);
  const pressure = read(pad.pressure);
  const scanTime = read(pad.scanTime);
  const buttons = [...pad.buttons].flatMap(([number, field]) => {
    const value = read(field);
    return value === null ? [] : [{ number, down: value !== 0 }];
  });
  const pen =
    tip === null || x === null || y === null
      ? null
      : {
          down: tip !== 0,
          x: Math.round(share(pad.x, x) * pad.widthMm * 100),
          y: Math.round(share(pad.y, y) * pad.heightMm * 100),
          p: pressure === null || pad.pressure === null ? null : Number(share(pad.pressure, pressure).toFixed(4)),
          scanTime,
        };
  return { pen, buttons };
};
