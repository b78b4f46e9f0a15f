/** The reader's own side of the bytes: a SAM module with a field that cards are laid on, and faults to inject. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';
import type { IdCard } from '../contract.ts';
import { encodeCardBlocks, encodeResponse, FrameDecoder, PREAMBLE, REQUEST_LENGTH, SW3 } from './codec.ts';
import { specimenPhoto, type SpecimenCard } from './specimens.ts';
import { encodeNewAddress, encodeText } from './text.ts';

export const ID_CARD_FAULTS = [
  /** Every answer to a read has a wrong checksum. */
  'bad-checksum',
  /** The next answer to a read has one, the ones after it not. */
  'bad-checksum-once',
  /** Answers break off after half. */
  'truncated',
  /** Bytes that are no frames. */
  'noise',
  /** Noise before each answer. */
  'noise-around',
  'silent',
  /** The length field says 65535. */
  'absurd-length',
  /** The card is lifted when its reading begins. */
  'lift-mid-read',
  /** A read is answered with a fingerprint block, as modules do on 30 10. */
  'with-fingerprint',
  'module-locked',
] as const;
type FaultName = (typeof ID_CARD_FAULTS)[number];

export interface IdCardEmulator extends Emulator {
  /** Lays a card on the reader; one that lies there is taken away first. `newAddress`: what it carries beside the printed one. */
  layCard(card: SpecimenCard | IdCard, newAddress?: string): void;
  liftCard(): void;
  /** Pulls and puts back the cable. */
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

export interface IdCardEmulatorSettings {
  listen: Listen;
  /** Answers no faster than a line of this baud. */
  baudPaced?: number;
  /** Does find see a card again that was read and not lifted? Modules differ. Default: no. */
  findsAgain?: boolean;
}

const EMPTY = new Uint8Array(0);
const CARD_SERIAL = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1);
const SAM_ID = Uint8Array.from([0x05, 0, 0x03, 0, 0x91, 0x27, 0x35, 0x01, 0x01, 0, 0, 0, 0x02, 0, 0, 0]);

/** Starts an emulated reader. @throws Error in one line when its wire cannot be opened */
export const startIdCardEmulator = async (settings: IdCardEmulatorSettings): Promise<IdCardEmulator> => {
  let card: IdCard | null = null;
  let newAddress: Uint8Array | null = null;
  let field: 'seen' | 'selected' | 'read' | 'new' = 'new';
  let fault: FaultName | null = null;

  /** Status and data of one answer. */
  const answer = (command: number): [sw3: number, data: Uint8Array] => {
    switch (command) {
      case 0x10ff:
      case 0x11ff:
        return [SW3.ok, EMPTY];
      case 0x12ff:
        return [SW3.ok, SAM_ID];
      case 0x2001:
        if (card === null || (field === 'read' && settings.findsAgain !== true)) return [SW3.noCard, EMPTY];
        field = 'seen';
        return [SW3.found, Uint8Array.of(0, 0, 0, 0)];
      case 0x2002:
        if (card === null || field === 'new') return [SW3.selectFailed, EMPTY];
        field = 'selected';
        return [SW3.ok, CARD_SERIAL];
      case 0x3001:
      case 0x3010: {
        if (fault === 'lift-mid-read') card = null;
        if (card === null || field !== 'selected') return [SW3.readFailed, EMPTY];
        field = 'read';
        const fingerprint = command === 0x3010 || fault === 'with-fingerprint' ? specimenPhoto(99) : null;
        return [SW3.ok, encodeCardBlocks({ text: encodeText(card), photo: card.photo ?? specimenPhoto(0) }, fingerprint)];
      }
      case 0x3003:
        if (card === null || (field !== 'read' && field !== 'selected')) return [SW3.noCard, EMPTY];
        return newAddress === null ? [SW3.notOnCard, EMPTY] : [SW3.ok, newAddress];
      default:
        return [SW3.unknownCommand, EMPTY];
    }
  };

  const isRead = (command: number): boolean => command === 0x3001 || command === 0x3010;

  const reply = (link: EmulatedLink, command: number): void => {
    if (fault === 'silent') return;
    if (fault === 'module-locked') {
      link.send(encodeResponse(SW3.notAuthorised));
      return;
    }
    const frame = encodeResponse(...answer(command));
    const noise = specimenPhoto(7).subarray(16, 48);
    switch (fault) {
      case 'noise':
        link.send(noise);
        return;
      case 'noise-around':
        link.send(Buffer.concat([noise, frame]));
        return;
      case 'truncated':
        link.send(frame.subarray(0, Math.ceil(frame.length / 2)));
        return;
      case 'absurd-length':
        link.send(Buffer.concat([PREAMBLE, Uint8Array.of(0xff, 0xff), frame.subarray(PREAMBLE.length + 2)]));
        return;
      case 'bad-checksum':
      case 'bad-checksum-once':
        if (isRead(command)) {
          frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 0x55;
          if (fault === 'bad-checksum-once') fault = null;
        }
        break;
      case 'lift-mid-read':
        // Once the card is gone, the next one that is laid is read.
        if (isRead(command)) fault = null;
        break;
      default:
        break;
    }
    link.send(frame);
  };

  const wire = await openEmulatedWire(settings.listen, {
    baud: settings.baudPaced ?? 115_200,
    paced: settings.baudPaced !== undefined,
    onLink: (link) => {
      const requests = new FrameDecoder(REQUEST_LENGTH);
      return {
        onData: (chunk) => {
          for (const event of requests.push(chunk)) {
            if (event.type === 'frame') reply(link, ((event.body[0] ?? 0) << 8) | (event.body[1] ?? 0));
            else if (fault !== 'silent') link.send(encodeResponse(event.type === 'bad-checksum' ? SW3.checksumWrong : SW3.lengthWrong));
          }
        },
        onEnd: () => {},
      };
    },
  });

  return {
    uri: wire.uri,
    faults: ID_CARD_FAULTS,
    inject: (name) => {
      const known = ID_CARD_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the ID-card reader cannot play "${name}"; it can play ${ID_CARD_FAULTS.join(', ')}`);
      fault = known ?? null;
    },
    layCard: (laid, address) => {
      card = 'card' in laid ? laid.card : laid;
      newAddress = address === undefined ? null : encodeNewAddress(address);
      field = 'new';
    },
    liftCard: () => {
      card = null;
      field = 'new';
    },
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  };
};
