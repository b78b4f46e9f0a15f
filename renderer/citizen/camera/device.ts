/** The camera as the browser gives it: which one, whether it is there, and why it cannot be had. */

export type CameraState = 'present' | 'disconnected' | 'busy' | 'blocked';

/** A camera of its own error: the page has a sentence and the agent a condition for each. */
export class CameraFault extends Error {
  readonly state: Exclude<CameraState, 'present'>;
  constructor(state: Exclude<CameraState, 'present'>) {
    super(state);
    this.state = state;
  }
}

/** Names of the browser's own errors: W3C Media Capture and Streams, §10.2. */
const stateOf = (error: unknown): Exclude<CameraState, 'present'> => {
  if (error instanceof CameraFault) return error.state;
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'blocked' : name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'disconnected';
};

const isNamed = (name: string, label: string | null): boolean => label === null || name.toLowerCase().includes(label.toLowerCase());

/** Browsers without the word of a policy keep the names of cameras from a page until it has opened one. */
const cameras = async (): Promise<MediaDeviceInfo[]> => {
  // A page that may not open devices at all has no such thing.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new CameraFault('blocked');
  return (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
};

/** Why the last opening did not succeed, as long as that is more than what a list of devices tells. */
let refusal: { state: 'busy' | 'blocked'; until: number } | null = null;
const BUSY_MS = 30_000;

/** Is it there? Without opening it: no light of a camera goes on while nobody uses it. */
export const lookForCamera = async (label: string | null): Promise<{ state: CameraState; name: string | null }> => {
  try {
    const found = await cameras();
    const camera = found.find((one) => isNamed(one.label, label)) ?? found.find((one) => one.label === '');
    if (camera === undefined) return { state: 'disconnected', name: null };
    const state = refusal !== null && performance.now() < refusal.until ? refusal.state : 'present';
    return { state, name: camera.label === '' ? null : camera.label.slice(0, 200) };
  } catch (error) {
    return { state: stateOf(error), name: null };
  }
};

/**
 * Opens it, as large as it goes: A4 needs 200 dots per inch to be read later.
 * @param label part of its name, where there are several; null: any
 * @throws CameraFault
 */
export const openCamera = async (label: string | null): Promise<MediaStream> => {
  try {
    const found = await cameras();
    const camera = found.find((one) => one.label !== '' && isNamed(one.label, label));
    if (camera === undefined && found.every((one) => one.label !== '')) throw new CameraFault('disconnected');
    const size = { width: { ideal: 3840 }, height: { ideal: 2160 } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: camera === undefined ? size : { ...size, deviceId: { exact: camera.deviceId } } });
    if (!isNamed(stream.getVideoTracks()[0]?.label ?? '', label)) {
      for (const track of stream.getTracks()) track.stop();
      throw new CameraFault('disconnected');
    }
    refusal = null;
    return stream;
  } catch (error) {
    const state = stateOf(error);
    if (state !== 'disconnected') refusal = { state, until: performance.now() + (state === 'busy' ? BUSY_MS : Infinity) };
    throw new CameraFault(state);
  }
};
