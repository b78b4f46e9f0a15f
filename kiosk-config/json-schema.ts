/** The configuration's schemas as JSON Schema (2020-12), for editors that check YAML while it is written. */
import { z } from 'zod';
import { hall } from './schema/hall.ts';
import { item } from './schema/item.ts';
import { terminal } from './schema/terminal.ts';

/** By the kind of file: `hall`, `terminal`, `item`. */
export const jsonSchemas = (): Record<'hall' | 'terminal' | 'item', unknown> => ({
  hall: z.toJSONSchema(hall, { io: 'input' }),
  terminal: z.toJSONSchema(terminal, { io: 'input' }),
  item: z.toJSONSchema(item, { io: 'input' }),
});
