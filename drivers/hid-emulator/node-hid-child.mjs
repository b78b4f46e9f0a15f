/** What node-hid itself does with an emulated device, told line by line to the test that started it. */
import { devicesAsync, HIDAsync } from 'node-hid';

const [ids = ''] = process.argv.slice(2);
const [vendorId = 0, productId = 0] = ids.split(':').map((id) => Number.parseInt(id, 16));
const tell = (/** @type {Record<string, unknown>} */ line) => process.send?.(line);
const hex = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('hex');

const found = await devicesAsync(vendorId, productId);
tell({ found });
const device = await HIDAsync.open(found[0]?.path ?? '');
device.on('data', (report) => tell({ report: hex(report) }));
const lost = async (/** @type {unknown} */ error) => {
  await device.close();
  tell({ error: String(error), left: (await devicesAsync(vendorId, productId)).length });
};
device.on('error', (error) => void lost(error));
const asked = async (/** @type {{ write?: string; feature?: number; set?: string }} */ { write, feature, set }) => {
  try {
    if (write !== undefined) tell({ written: await device.write(Buffer.from(write, 'hex')) });
    if (feature !== undefined) tell({ feature: hex(await device.getFeatureReport(feature, 8)) });
    if (set !== undefined) tell({ set: await device.sendFeatureReport(Buffer.from(set, 'hex')) });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
  }
};
process.on('message', (/** @type {{ write?: string; feature?: number; set?: string }} */ question) => void asked(question));
tell({ ready: true });
