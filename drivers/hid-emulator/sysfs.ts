/** What Linux shows of a USB HID device under /sys, as files in a folder that umockdev puts before the programs under test. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** As in hidraw.c. */
const MAJOR = 240;

export interface SysfsDevice {
  number: number;
  vendorId: number;
  productId: number;
  serial: string;
  manufacturer: string;
  product: string;
  interfaceNumber: number;
  reportDescriptor: Uint8Array;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const lines = (pairs: Record<string, string | number>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const places = (tree: string, { number, vendorId, productId, interfaceNumber }: SysfsDevice) => {
  const usb = join(tree, 'sys', 'devices', 'pci0000:00', '0000:00:14.0', 'usb1', `1-${number + 1}`);
  const port = join(usb, `1-${number + 1}:1.${interfaceNumber}`);
  const ids = `0003:${hex(vendorId, 4)}:${hex(productId, 4)}`.toUpperCase();
  const hid = join(port, `${ids}.${hex(number + 1, 4).toUpperCase()}`);
  return { usb, port, hid, raw: join(hid, 'hidraw', `hidraw${number}`), byClass: join(tree, 'sys', 'class', 'hidraw', `hidraw${number}`), byNumber: join(tree, 'sys', 'dev', 'char', `${MAJOR}:${number}`) };
};

const link = async (path: string, target: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await symlink(relative(dirname(path), target), path);
};

/** Folders without which udev finds no system at all. */
export const layOut = async (tree: string): Promise<void> => {
  for (const folder of [['sys', 'class', 'hidraw'], ['sys', 'bus', 'usb'], ['sys', 'bus', 'hid'], ['sys', 'dev', 'char'], ['dev']]) {
    await mkdir(join(tree, ...folder), { recursive: true });
  }
};

/** Plugs it in: the links by which programs find it come last, so that none sees half a device. */
export const addToSysfs = async (tree: string, device: SysfsDevice): Promise<void> => {
  const { usb, port, hid, raw, byClass, byNumber } = places(tree, device);
  const { number, vendorId, productId, serial, manufacturer, product, interfaceNumber, reportDescriptor } = device;
  await mkdir(raw, { recursive: true });
  const texts: [string, string, string][] = [
    [usb, 'idVendor', hex(vendorId, 4)],
    [usb, 'idProduct', hex(productId, 4)],
    [usb, 'bcdDevice', '0100'],
    [usb, 'manufacturer', manufacturer],
    [usb, 'product', product],
    [usb, 'serial', serial],
    [usb, 'busnum', '1'],
    [usb, 'devnum', String(number + 2)],
    [port, 'bInterfaceNumber', hex(interfaceNumber, 2)],
    [raw, 'dev', `${MAJOR}:${number}`],
  ];
  for (const [folder, name, text] of texts) await writeFile(join(folder, name), `${text}\n`);
  await writeFile(join(usb, 'uevent'), lines({ DEVTYPE: 'usb_device', PRODUCT: `${vendorId.toString(16)}/${productId.toString(16)}/100` }));
  await writeFile(join(port, 'uevent'), lines({ DEVTYPE: 'usb_interface', DRIVER: 'usbhid' }));
  const id = `0003:${hex(vendorId, 8)}:${hex(productId, 8)}`.toUpperCase();
  await writeFile(join(hid, 'uevent'), lines({ DRIVER: 'hid-generic', HID_ID: id, HID_NAME: `${manufacturer} ${product}`, HID_PHYS: `usb-0000:00:14.0-${number + 1}/input${interfaceNumber}`, HID_UNIQ: serial }));
  await writeFile(join(hid, 'report_descriptor'), reportDescriptor);
  await writeFile(join(raw, 'uevent'), lines({ MAJOR, MINOR: number, DEVNAME: `hidraw${number}` }));
  await link(join(usb, 'subsystem'), join(tree, 'sys', 'bus', 'usb'));
  await link(join(port, 'subsystem'), join(tree, 'sys', 'bus', 'usb'));
  await link(join(hid, 'subsystem'), join(tree, 'sys', 'bus', 'hid'));
  await link(join(raw, 'subsystem'), join(tree, 'sys', 'class', 'hidraw'));
  await link(join(raw, 'device'), hid);
  await link(byNumber, raw);
  await link(byClass, raw);
};

/** Pulls it out, in the opposite order. */
export const removeFromSysfs = async (tree: string, device: SysfsDevice): Promise<void> => {
  const { usb, byClass, byNumber } = places(tree, device);
  await rm(byClass, { force: true });
  await rm(byNumber, { force: true });
  await rm(usb, { recursive: true, force: true });
};
