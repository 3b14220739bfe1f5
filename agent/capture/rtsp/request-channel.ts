/**
 * Requests and their replies on one connection: numbering, login, time-outs; packets between them
 * go straight on.
 *
 * One request is on its way at a time. Requests of the server are answered: what it only wants to
 * know with 200, the rest with 501. Everything that waits ends when the connection does.
 */
import type { Clock } from "../../runtime/clock.ts";
import { CaptureError, quote } from "../capture-error.ts";
import { loginsPerRequestMax, quietBodyMs, replyTimeoutMs } from "../limits.ts";
import type { Authorization } from "./authorization.ts";
import { Connection, type ConnectionTarget } from "./connection.ts";
import { FloodGuard } from "./flood-guard.ts";
import { InterleavedReader } from "./interleaved-reader.ts";
import { headerOf, type RtspMessage, type RtspRequest, type RtspResponse } from "./message.ts";

type OnPacket = (channel: number, bytes: Uint8Array, start: number, end: number) => void;

const dollar = 0x24;

interface Waiting {
  readonly sequence: number;
  readonly resolve: (reply: RtspResponse) => void;
  readonly reject: (reason: unknown) => void;
}

export class RequestChannel {
  readonly #connection: Connection;
  readonly #reader: InterleavedReader;
  readonly #authorization: Authorization | undefined;
  readonly #clock: Clock;
  readonly #onRoundTrip: (ms: number) => void;
  readonly #over = new AbortController();
  #overReason: unknown;
  #sequence = 0;
  #waiting: Waiting | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** Among packets a stretch of junk is a fault of the stream, not of an answer. */
  #hasPackets = false;
  session: string | undefined;

  constructor(options: {
    readonly target: ConnectionTarget;
    readonly authorization: Authorization | undefined;
    readonly clock: Clock;
    readonly onPacket: OnPacket;
    readonly onRoundTrip: (ms: number) => void;
  }) {
    this.#authorization = options.authorization;
    this.#clock = options.clock;
    this.#onRoundTrip = options.onRoundTrip;
    const guard = new FloodGuard({ clock: options.clock });
    this.#reader = new InterleavedReader({
      onPacket: (channel, bytes, start, end) => {
        this.#hasPackets = true;
        guard.addPacket();
        options.onPacket(channel, bytes, start, end);
      },
      onMessage: (message) => {
        guard.addMessage();
        this.#onMessage(message);
      },
    });
    this.#connection = new Connection({
      target: options.target,
      clock: options.clock,
      sink: {
        onBytes: (chunk, length) => {
          guard.addBytes(length);
          this.#reader.push(chunk, length);
        },
        onEnd: (reason) => this.#finish(reason),
      },
    });
  }

  open(): Promise<void> {
    return this.#connection.open();
  }

  /** Rejects when the connection is over, with the reason. */
  untilOver(): Promise<never> {
    return new Promise((_, reject) => {
      if (this.#over.signal.aborted) reject(this.#overReason);
      else
        this.#over.signal.addEventListener("abort", () => reject(this.#overReason), { once: true });
    });
  }

  /** Aborts with the connection. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** A packet of ours between the requests. */
  writePacket(channel: number, bytes: Uint8Array): void {
    const head = Buffer.from([dollar, channel, bytes.length >> 8, bytes.length & 0xff]);
    this.#connection.write(Buffer.concat([head, bytes]).toString("latin1"));
  }

  fail(reason: CaptureError): void {
    this.#connection.close();
    this.#finish(reason);
  }

  close(reason: unknown = new CaptureError("reset", "the connection is closed")): void {
    this.#connection.close();
    this.#finish(reason);
  }

  /** The reply, whatever its status; a 401 is answered with the login first. */
  request(
    method: string,
    uri: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RtspResponse> {
    const turn = this.#queue.then(() => this.#requestWithLogin(method, uri, headers));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #requestWithLogin(
    method: string,
    uri: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<RtspResponse> {
    for (let logins = 0; ; logins++) {
      const reply = await this.#requestOnce(method, uri, headers);
      if (reply.status !== 401) {
        this.#authorization?.confirm();
        return reply;
      }
      if (logins >= loginsPerRequestMax) return reply;
      const challenges = reply.headers
        .filter(({ name }) => name === "www-authenticate")
        .map(({ value }) => value);
      if (this.#authorization?.accept(challenges) !== true) return reply;
    }
  }

  async #requestOnce(
    method: string,
    uri: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<RtspResponse> {
    if (this.#over.signal.aborted) throw this.#overReason;
    const sequence = ++this.#sequence;
    const login = this.#authorization?.headerFor(method, uri);
    const lines = [
      `${method} ${uri} RTSP/1.0`,
      `CSeq: ${sequence}`,
      "User-Agent: Kerbside",
      ...(login === undefined ? [] : [`Authorization: ${login}`]),
      ...(this.session === undefined ? [] : [`Session: ${this.session}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    const sentMonoMs = this.#clock.monoMs();
    this.#reader.isDescriptionAwaited = method === "DESCRIBE";
    const reply = await new Promise<RtspResponse>((resolve, reject) => {
      this.#waiting = { sequence, resolve, reject };
      this.#cancelTimer = this.#watchReply(method, sentMonoMs);
      this.#connection.write(`${lines.join("\r\n")}\r\n\r\n`);
    }).finally(() => {
      this.#cancelTimer();
      this.#waiting = undefined;
      this.#reader.isDescriptionAwaited = false;
    });
    this.#onRoundTrip(this.#clock.monoMs() - sentMonoMs);
    return reply;
  }

  #cancelTimer: () => void = () => undefined;

  /** Looks once a second: a body that stopped short is taken as it is, silence is a time-out. */
  #watchReply(method: string, sentMonoMs: number): () => void {
    return this.#clock.after(quietBodyMs, () => {
      const waitedMs = this.#clock.monoMs() - sentMonoMs;
      if (this.#reader.isBodyOpen && !this.#hasBodyGrown()) {
        this.#reader.endBody();
      } else if (!this.#hasPackets && this.#reader.oddText !== undefined) {
        this.#waiting?.reject(
          new CaptureError(
            "corrupt",
            `expected an answer to ${method}, got ${quote(this.#reader.oddText)}`,
          ),
        );
      } else if (waitedMs >= replyTimeoutMs) {
        this.#waiting?.reject(
          new CaptureError(
            "timeout",
            `no answer to ${method} from ${this.#connection.where} in ${replyTimeoutMs / 1_000} s`,
          ),
        );
      } else {
        this.#cancelTimer = this.#watchReply(method, sentMonoMs);
      }
    });
  }

  #bodyBytesSeen = 0;

  #hasBodyGrown(): boolean {
    const before = this.#bodyBytesSeen;
    this.#bodyBytesSeen = this.#reader.messageBytes;
    return this.#bodyBytesSeen !== before;
  }

  #onMessage(message: RtspMessage): void {
    if (message.kind === "request") {
      this.#answer(message);
      return;
    }
    const waiting = this.#waiting;
    if (waiting === undefined || message.status < 200) return;
    const number = Number(headerOf(message, "cseq")?.trim());
    // The answer to a request that we gave up; a missing or odd number is taken as ours.
    if (Number.isInteger(number) && number < waiting.sequence && number > 0) return;
    waiting.resolve(message);
  }

  /** Cameras ask OPTIONS or GET_PARAMETER as keep-alive, a few announce or redirect. */
  #answer(request: RtspRequest): void {
    const sequence = headerOf(request, "cseq") ?? "0";
    const isHarmless = /^(OPTIONS|GET_PARAMETER|SET_PARAMETER|ANNOUNCE)$/.test(request.method);
    const status = isHarmless ? "200 OK" : "501 Not Implemented";
    const safeSequence = /^\d{1,10}$/.test(sequence) ? sequence : "0";
    this.#connection.write(`RTSP/1.0 ${status}\r\nCSeq: ${safeSequence}\r\n\r\n`);
    if (request.method === "REDIRECT" || request.method === "TEARDOWN") {
      this.fail(
        new CaptureError("reset", `the camera ended the session: ${quote(request.method)}`),
      );
    }
  }

  #finish(reason: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#overReason = reason;
    this.#over.abort(reason);
    this.#waiting?.reject(reason);
  }
}
