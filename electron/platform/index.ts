/** The wire to the central platform: schemas, signing, client, field lists, adapters, signed statements. */
export * from './wire.ts';
export type * from './types.ts';
export { canonicalBytes, canonicalJson, CanonicalPart, exportPublicKey, importPublicKey, sha256Hex, signJson, verifyJson } from './canonical.ts';
export { signRequest, verifyRequest, claimedKeyId, contentDigest } from './http-signature.ts';
export { chainLink, signStatement, verifyStatement, type Statement, type StatementVerdict } from './statement.ts';
export { allListed, filterOutbound, OutboundFieldError, platformFields, type FieldList } from './recipients.ts';
export { createPlatformLink, type LinkAnswer, type PlatformLink, type PlatformLinkOptions } from './link.ts';
export { uploadMaterial, type UploadOutcome } from './uploads.ts';
export { personOnWire } from './person.ts';
export { createPlatformClient } from './client.ts';
export { createTelling, type Telling } from './telling.ts';
export { AdapterMappingError, loadAdapters, type Adapter, type AdapterOutcome } from './adapters/index.ts';
