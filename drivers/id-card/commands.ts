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
});

export const idCardCommands = {
  status,
  read: { input: nothing, value: idCard, progress: z.object({ step: z.literal('found') }) },
  present: { input: nothing, value: z.object({ present: z.boolean() }), progress: z.never() },
} satisfies Record<string, CommandSchema>;
