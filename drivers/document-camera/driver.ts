/**
 * A document camera has no driver: the citizen's page opens it (`page:camera`) and tells the agent how it is. Whoever
 * asks here is told so.
 */
import { fail, type DriverFactory, type Result } from '../contract.ts';

const elsewhere = (uri: string): Result<never> =>
  fail('bad-input', `a document camera is opened by the citizen's page, not by a driver: ${uri.startsWith('page:') ? 'the health page of a running terminal tells how it is' : 'its address is page:camera, or page:camera?label=NAME'}`);

export const createDocumentCameraDriver: DriverFactory<'document-camera'> = (uri) => ({
  deviceClass: 'document-camera',
  open: () => Promise.resolve(elsewhere(uri)),
  run: () => Promise.resolve(elsewhere(uri)),
  close: () => Promise.resolve(),
});
