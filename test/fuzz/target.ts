/** What the fuzzing needs to know of a decoder: how good bytes look, and how they are fed. */
import type { DeviceClass } from '../../drivers/contract.ts';
import type { Random } from './random.ts';

export interface FuzzSession {
  /** Any bytes at all. Must not throw. */
  feed(bytes: Uint8Array): void;
  /**
   * Is this good frame understood, after whatever was fed before? `fresh`: the way a driver begins when it asks anew, forgetting
   * what is half received.
   */
  understands(frame: Uint8Array, fresh: boolean): boolean;
}

export interface FuzzTarget {
  name: string;
  /** `configuration`: files of people. */
  deviceClass: DeviceClass | 'configuration';
  good(random: Random): Uint8Array;
  begin(): FuzzSession;
  /** Its part of the time, 1 when left out: many that are one decoder in another dress share one part, one that paints gets more. */
  share?: number;
  /** It paints: a frame takes milliseconds. */
  heavy?: boolean;
  /** What those who mean harm write into texts of this kind. */
  words?: readonly string[];
  /**
   * A decoder of a stream, without beginning anew: after noise, good frames one after the other are understood again at the latest
   * when so many bytes of them have come. Null: bytes come in whole pieces, or the driver always begins anew.
   */
  span?: number;
}

/** A decoder whose input comes whole. `parse` tells whether it was understood. */
export const whole = (given: Omit<FuzzTarget, 'begin' | 'span'> & { parse: (bytes: Uint8Array) => boolean }): FuzzTarget => {
  const { parse, ...target } = given;
  return { ...target, begin: () => ({ feed: (bytes) => void parse(bytes), understands: (frame) => parse(frame) }) };
};

interface Streaming<M> {
  push(chunk: Uint8Array): M[];
  reset(): void;
}

/** A decoder of a stream. `isGood`: is this the message of a good frame? */
export const streaming = <M>(given: Omit<FuzzTarget, 'begin'> & { decoder: () => Streaming<M>; isGood: (message: M) => boolean }): FuzzTarget => {
  const { decoder, isGood, ...target } = given;
  return {
    ...target,
    begin: () => {
      const stream = decoder();
      return {
        feed: (bytes) => void stream.push(bytes),
        understands: (frame, fresh) => {
          if (fresh) stream.reset();
          return stream.push(frame).some(isGood);
        },
      };
    },
  };
};
