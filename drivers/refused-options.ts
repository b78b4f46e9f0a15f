/** Which of a device's settings a schema refused, by the names that stand in the terminal's file. */
import type { z } from 'zod';

export const refusedOptions = (error: z.ZodError): string => [...new Set(error.issues.map((issue) => [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [])].join('.')))].join(', ');
