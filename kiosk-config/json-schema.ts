/** The configuration's schemas as JSON Schema (2020-12), for editors that check YAML while it is written. */
import { z } from 'zod';
import { adapter } from './schema/adapter.ts';
import { hall } from './schema/hall.ts';
import { item } from './schema/item.ts';
import { queue } from './schema/queue.ts';
import { terminal } from './schema/terminal.ts';

/** By the kind of file: `hall`, `terminal`, `item`, `adapter`, `queue`. */
export const jsonSchemas = (): Record<'hall' | 'terminal' | 'item' | 'adapter' | 'queue', unknown> => ({
  hall: z.toJSONSchema(hall, { io: 'input' }),
  terminal: z.toJSONSchema(terminal, { io: 'input' }),
  item: z.toJSONSchema(item, { io: 'input' }),
  adapter: z.toJSONSchema(adapter, { io: 'input' }),
  queue: z.toJSONSchema(queue, { io: 'input' }),
});
