/** The commands of an ID-card reader as schemas; their types are in contract.ts. */
import { z } from 'zod';
import { bytes, line, nothing, status, type CommandSchema } from '../command-schema.ts';

const idCard = z.object({
  kind: z.enum(['resident', 'foreign-2017', 'foreign-2023', 'hmt']),
  name: line,
  nameLatin: line.nullable(),
  sex: z.enum(['male', 'female', 'unknown', 'unspecified']),
  ethnicity: line.nullable(),
  birthDate: line,
  address: line.nullable(),
  idNumber: line,
  issuer: line.nullable(),
  validFrom: line,
  validTo: line.nullable(),
  nationality: line.nullable(),
  passNumber: line.nullable(),
  issueCount: line.nullable(),
  photo: bytes.nullable(),
  unmapped: z.array(z.object({ field: z.enum(['name', 'address', 'issuer']), codePoint: line })).max(100).optional(),
});

export const idCardCommands = {
  status,
  read: { input: nothing, value: idCard, progress: z.object({ step: z.literal('found') }) },
  present: { input: nothing, value: z.object({ present: z.boolean(), same: z.boolean() }), progress: z.never() },
  newAddress: { input: nothing, value: z.object({ address: line.nullable(), unmapped: z.array(line).max(35) }), progress: z.never() },
  module: {
    input: nothing,
    value: z.object({ state: z.enum(['ready', 'self-test-failed', 'not-authorised', 'failing']), status: line, id: line.nullable(), printed: z.array(line).max(2) }),
    progress: z.never(),
  },
} satisfies Record<string, CommandSchema>;
