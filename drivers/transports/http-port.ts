/** The port through which drivers ask HTTP devices; `http.ts` stands behind it. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FaultCode, Result } from '../contract.ts';

export interface HttpAsk {
  method: 'GET' | 'POST' | 'DELETE';
  /** Path with query, absolute on the device. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent in one piece with Content-Length: many printers do not take chunked requests. */
  body?: Uint8Array | readonly Uint8Array[];
  signal: AbortSignal;
  deadlineMs: number;
  /** Bytes of body after which the answer is cut off. */
  maxBytes: number;
  /** Fault for an answer longer than `maxBytes`; `bad-frame` unless said otherwise. */
  tooLarge?: FaultCode;
  /**
   * May it be sent twice? A kept-alive connection can be closed by the device just as a request goes out, and nobody can
   * tell then whether it was read. A repeatable request is repeated once on a new connection; any other one gets a new
   * connection to begin with.
   */
  repeatable: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export interface HttpClient {
  /** `http://host:port` */
  readonly origin: string;
  /** Faults: `disconnected`, `timed-out`, `cancelled`, `bad-frame` (not HTTP, cut short), or `tooLarge`. */
  ask(ask: HttpAsk): Promise<Result<HttpAnswer>>;
  /** Closes the connections that stand idle; a later `ask` opens new ones. */
  close(): void;
}
