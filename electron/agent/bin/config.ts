/** `npm run config -- check DIR` and `npm run config -- schema`: the configuration's own checks, and the drivers' word on each device. */
import { judgeDevice } from '../../../drivers/judge.ts';
import { runConfigCommand } from '../../../kiosk-config/command-line.ts';

await runConfigCommand(judgeDevice);
