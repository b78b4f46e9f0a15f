/** A terminal as the platform sees it: signs requests with node's fetch, nothing of the product's client. */
import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { exportPublicKey } from '../../electron/platform/canonical.ts';
import { signRequest } from '../../electron/platform/http-signature.ts';
import { WIRE, type WireMessage } from '../../electron/platform/wire.ts';
import { DEMO_CODE } from './server.ts';

export const PERSON = { kind: 'resident', name: '𠮷田·欧阳吉祥', idNumber: '11010119900307003X', sex: 'male', birthDate: '1990-03-07', ethnicity: '汉', address: '青溪市城东区万松路 18 号', nationality: null } as const;
export const HOUSING_CODE = '11990000MB0DEMO01X3442017001000';
export const INSURANCE_CODE = '11990000MB0DEMO02X3442114002000';
export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

export class TestTerminal {
  readonly base: string;
  readonly id: string;
  readonly incarnation: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  constructor(base: string, id = `terminal-${randomUUID().slice(0, 8)}`) {
    this.base = base;
    this.id = id;
    this.incarnation = randomUUID();
    const pair = generateKeyPairSync('ed25519');
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  async request(method: string, path: string, options: { json?: unknown; body?: Uint8Array; key?: string; headers?: Record<string, string>; signAs?: KeyObject } = {}): Promise<Response> {
    const body = options.body ?? (options.json === undefined ? null : Buffer.from(JSON.stringify(options.json)));
    const signature = await signRequest({ key: options.signAs ?? this.privateKey, keyId: this.id, method, url: path, body, ...(options.key === undefined ? {} : { idempotencyKey: options.key }) });
    return fetch(new URL(path, this.base), { method, ...(body === null ? {} : { body: Buffer.from(body) }), headers: { ...(options.json === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers, ...signature } });
  }

  enrol(code = DEMO_CODE): Promise<Response> {
    return this.request('POST', WIRE.enrol, { json: { terminal: this.id, hall: 'qingxi', enrolmentCode: code, publicKey: exportPublicKey(this.publicKey), incarnation: this.incarnation } });
  }

  keyOf(caseId: string, sequence: number): string {
    return `${this.incarnation}.${this.id}.${caseId}.${sequence}`;
  }

  tell(caseId: string, sequence: number, body: WireMessage['body'], key = this.keyOf(caseId, sequence)): Promise<Response> {
    return this.request('POST', WIRE.messages, { json: { incarnation: this.incarnation, terminal: this.id, caseId, sequence, body }, key });
  }

  submitted(caseNumber: string, changes: Partial<Extract<WireMessage['body'], { kind: 'submitted' }>> = {}): WireMessage['body'] {
    return {
      kind: 'submitted',
      caseNumber,
      itemCode: HOUSING_CODE,
      itemId: 'public-rental-housing',
      hall: 'qingxi',
      terminal: this.id,
      storedAt: '2026-11-22T03:24:07+08:00',
      clockKnown: true,
      round: 1,
      applicant: PERSON,
      answers: {
        name: { value: PERSON.name, source: 'card' },
        idNumber: { value: PERSON.idNumber, source: 'card' },
        phone: { value: '13800006620', source: 'typed' },
        maritalStatus: { value: 'single', source: 'chosen' },
        householdSize: { value: '3', source: 'chosen' },
        currentAddress: { value: PERSON.address, source: 'card' },
        housingNow: { value: 'rented', source: 'chosen' },
        employer: { value: '<b>青溪市第二纺织厂</b>', source: 'typed' },
        monthlyIncome: { value: '386000', source: 'platform' },
        housingWanted: { value: 'two-rooms', source: 'chosen' },
        contactByPhone: { value: 'yes', source: 'chosen' },
      },
      materials: [
        { id: 'id-card', how: 'card', pages: [] },
        { id: 'household-register', how: 'platform', pages: [] },
      ],
      signature: { widthMm: 160, heightMm: 60, strokes: [[[20, 30, 0, 0.5], [60, 20, 80, 0.5], [100, 42, 160, 0.5]], [[120, 30, 300, 0.5]]] },
      statement: 'HALL24.1.demo',
      ...changes,
    };
  }

  /** The whole of tus by hand: creation, then the bytes from `offset`. */
  async createUpload(data: Uint8Array, digest = sha256(data), contentType = 'image/jpeg'): Promise<Response> {
    const pair = (name: string, value: string): string => `${name} ${Buffer.from(value).toString('base64')}`;
    return this.request('POST', WIRE.uploads, { headers: { 'tus-resumable': '1.0.0', 'upload-length': String(data.byteLength), 'upload-metadata': [pair('material', 'income-statement'), pair('case', 'c1'), pair('digest', digest), pair('contentType', contentType)].join(',') } });
  }
  patch(location: string, data: Uint8Array, offset: number): Promise<Response> {
    return this.request('PATCH', location, { body: data, headers: { 'tus-resumable': '1.0.0', 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' } });
  }
  head(location: string): Promise<Response> {
    return this.request('HEAD', location, { headers: { 'tus-resumable': '1.0.0' } });
  }
}
