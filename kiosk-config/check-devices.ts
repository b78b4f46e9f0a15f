/** Devices as their drivers see them: what no schema of this folder can know (models, options of a class, speeds). */
import { checkTerminal } from './check-terminal.ts';
import { terminalFiles } from './load.ts';
import type { Mistake } from './mistake.ts';
import type { DeviceConfig } from './schema/terminal.ts';
import { readYaml } from './yaml-file.ts';

/** What is wrong with a device's address or options; null: nothing. Must not reach for the device. */
export type JudgeDevice = (deviceClass: DeviceConfig['class'], transport: string, options: Record<string, unknown>) => Promise<string | null>;

/** Every mistake that the drivers find in the devices of all terminals of a hall, each at its place. Devices that are wrong in themselves are {@link checkTerminal}'s. */
export const checkDevices = async (dir: string, judge: JudgeDevice): Promise<Mistake[]> => {
  const mistakes: Mistake[] = [];
  for (const file of terminalFiles(dir)) {
    const yaml = readYaml(dir, file);
    const { terminal } = checkTerminal(yaml, {});
    for (const { id, class: deviceClass, transport, options } of terminal?.devices ?? []) {
      const index = (yaml.data as { devices: { id?: unknown }[] }).devices.findIndex((entry) => entry.id === id);
      const wrong = await judge(deviceClass, transport, options);
      if (wrong === null) continue;
      // Told where it stands: in the options where the address alone is good.
      const inOptions = (await judge(deviceClass, transport, {})) === null;
      mistakes.push(...yaml.place([{ path: ['devices', index, inOptions ? 'options' : 'transport'], message: wrong }]));
    }
  }
  return mistakes;
};
