/**
 * Plays one camera: logs in, asks for the description, sets up the video track over the RTSP
 * connection itself, plays, and keeps the session alive until it ends.
 *
 * `play` never returns by itself: it rejects with a CaptureError that says why there are no
 * pictures any more, or with the signal's reason after a TEARDOWN. Trying again is the
 * supervisor's business.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";
import { CaptureError, quote } from "../capture-error.ts";
import {
  keepAliveMsMax,
  keepAliveMsMin,
  receiverReportMsMin,
  redirectsMax,
  sessionTimeoutMsDefault,
  teardownTimeoutMs,
} from "../limits.ts";
import type { TlsSettings } from "../stream-settings.ts";
import { parseRtspAddress, type RtspAddress } from "./address.ts";
import { Authorization } from "./authorization.ts";
import { joinControl, joinControlStrictly } from "./control-address.ts";
import { type Presentation, parseDescription, type VideoTrack } from "./describe.ts";
import { headerOf, type RtspResponse } from "./message.ts";
import { failureOfReply, isRedirect, NeedsFallback } from "./reply-failure.ts";
import { RequestChannel } from "./request-channel.ts";
import {
  parsePublic,
  parseRtpInfo,
  parseSession,
  parseTransport,
  type RtpInfo,
  rtpInfoOfTrack,
} from "./session-headers.ts";

export interface RtspSink {
  /** Before the first packet. */
  onTrack(track: VideoTrack): void;
  /** Valid during the call alone. */
  onRtp(bytes: Uint8Array, start: number, end: number): void;
  onRtcp(bytes: Uint8Array, start: number, end: number): void;
  /** PLAY was accepted. */
  onPlaying(info: RtpInfo | undefined): void;
  onRoundTrip(ms: number): void;
}

export class RtspClient {
  readonly #address: RtspAddress;
  readonly #tls: TlsSettings | undefined;
  readonly #clock: Clock;
  readonly #sink: RtspSink;

  constructor(options: {
    readonly address: RtspAddress;
    readonly tls?: TlsSettings | undefined;
    readonly clock: Clock;
    readonly sink: RtspSink;
  }) {
    this.#address = options.address;
    this.#tls = options.tls;
    this.#clock = options.clock;
    this.#sink = options.sink;
  }

  async play(signal: AbortSignal): Promise<never> {
    let target: Target = {
      address: this.#address,
      authorization: authorizationFor(this.#address, this.#address),
    };
    for (let redirects = 0; redirects <= redirectsMax; redirects++) {
      const next = await this.#playAt(target, signal);
      target = { address: next, authorization: authorizationFor(this.#address, next) };
    }
    throw new CaptureError(
      "not-found",
      `more than ${redirectsMax} redirects, last to ${target.address.uri}`,
    );
  }

  /** Resolves with the address that the server sends us to; else rejects as `play`. */
  async #playAt({ address, authorization }: Target, signal: AbortSignal): Promise<RtspAddress> {
    signal.throwIfAborted();
    const channel = new RequestChannel({
      target: { host: address.host, port: address.port, isTls: address.isTls, tls: this.#tls },
      authorization,
      clock: this.#clock,
      onPacket: (number, bytes, start, end) => this.#onPacket(channel, number, bytes, start, end),
      onRoundTrip: (ms) => this.#sink.onRoundTrip(ms),
    });
    let session: Session | undefined;
    const stop = (): void => void this.#stop(channel, session, signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      await channel.open();
      session = await this.#start(channel, address);
      // Ends with the connection; nothing of it is worth reporting.
      void this.#keepAlive(channel, session).catch(() => undefined);
      return await channel.untilOver();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof Redirect) return parseRedirect(error.location, address);
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
      if (!signal.aborted) channel.close();
    }
  }

  async #start(channel: RequestChannel, address: RtspAddress): Promise<Session> {
    const methods = await this.#options(channel, address);
    const described = await channel.request("DESCRIBE", address.uri, {
      Accept: "application/sdp",
    });
    this.#checkReply(described);
    const presentation = parseDescription(described, address.uri);
    const { track } = presentation;
    this.#channels = { rtp: 0, rtcp: 1 };
    this.#sink.onTrack(track);
    const setup = await this.#setup(channel, presentation);
    const session = parseSession(headerOf(setup, "session"));
    if (session === undefined) {
      throw new CaptureError(
        "corrupt",
        `SETUP was answered without a session: ${quote(setup.statusLine)}`,
      );
    }
    const transport = parseTransport(headerOf(setup, "transport"));
    this.#channels = { rtp: transport.rtpChannel ?? 0, rtcp: transport.rtcpChannel ?? 1 };
    channel.session = session.id;
    const played = await channel.request("PLAY", presentation.aggregateUri, {
      Range: "npt=0.000-",
    });
    this.#checkReply(played);
    const info = parseRtpInfo(headerOf(played, "rtp-info"));
    this.#sink.onPlaying(rtpInfoOfTrack(info, track.controlUri));
    const again = parseSession(headerOf(played, "session"));
    const timeoutMs = Math.min(
      session.timeoutMs,
      again?.isTimeoutGiven === true ? again.timeoutMs : sessionTimeoutMsDefault * 10,
    );
    return { uri: presentation.aggregateUri, timeoutMs, methods };
  }

  #channels: { rtp: number; rtcp: number } = { rtp: 0, rtcp: 1 };
  #reportedMonoMs = Number.NEGATIVE_INFINITY;
  /** Of no source: it says that we are here, which is all that TCP leaves to say. */
  readonly #receiverReport = Buffer.from([0x80, 201, 0, 1, ...randomBytes(4)]);

  #onPacket(
    connection: RequestChannel,
    channel: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (channel === this.#channels.rtp) {
      this.#sink.onRtp(bytes, start, end);
    } else if (channel === this.#channels.rtcp) {
      this.#sink.onRtcp(bytes, start, end);
      this.#answerReport(connection);
    }
  }

  /** Some cameras end a session whose receiver never reports: ours do, at the camera's pace. */
  #answerReport(connection: RequestChannel): void {
    const now = this.#clock.monoMs();
    if (now - this.#reportedMonoMs < receiverReportMsMin) return;
    this.#reportedMonoMs = now;
    connection.writePacket(this.#channels.rtcp, this.#receiverReport);
  }

  /** What the server can do; one that does not know OPTIONS is asked nothing more about it. */
  async #options(channel: RequestChannel, address: RtspAddress): Promise<ReadonlySet<string>> {
    const reply = await channel.request("OPTIONS", address.uri);
    if (isRedirect(reply) || reply.status === 401) this.#checkReply(reply);
    return parsePublic(headerOf(reply, "public"));
  }

  async #setup(channel: RequestChannel, presentation: Presentation): Promise<RtspResponse> {
    const headers = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };
    const { track, baseUri } = presentation;
    const first = await channel.request("SETUP", track.controlUri, headers);
    const strict = joinControlStrictly(joinControl(baseUri, "*"), track.control);
    const isUnknown = [400, 404, 454, 459].includes(first.status);
    const useStrict = isUnknown && strict !== undefined && strict !== track.controlUri;
    const reply = useStrict ? await channel.request("SETUP", strict, headers) : first;
    this.#checkReply(reply);
    const transport = headerOf(reply, "transport");
    if (transport !== undefined && !parseTransport(transport).isTcp) {
      throw new NeedsFallback(`the camera answers ${quote(transport)} to interleaved TCP`);
    }
    return reply;
  }

  /** Asks for something harmless at half of the session's time-out, until the session is over. */
  async #keepAlive(channel: RequestChannel, session: Session): Promise<void> {
    const everyMs = Math.min(keepAliveMsMax, Math.max(keepAliveMsMin, session.timeoutMs / 2));
    let method = session.methods.has("GET_PARAMETER") ? "GET_PARAMETER" : "OPTIONS";
    for (;;) {
      await this.#clock.sleep(everyMs, channel.over);
      // No answer is no news: some cameras never answer while they send. The watchdog decides.
      const reply = await channel.request(method, session.uri).catch(() => undefined);
      if (reply?.status === 454) {
        channel.fail(
          new CaptureError("reset", `the camera ended the session: ${quote(reply.statusLine)}`),
        );
      }
      if (reply?.status === 501 || reply?.status === 405 || reply?.status === 400)
        method = "OPTIONS";
    }
  }

  /** Throws what every reply but 200 means; a redirect is a way to go, not a failure. */
  #checkReply(reply: RtspResponse): void {
    if (isRedirect(reply)) {
      const location = headerOf(reply, "location");
      if (location !== undefined) throw new Redirect(location);
      throw new CaptureError("corrupt", `redirect without an address: ${quote(reply.statusLine)}`);
    }
    if (reply.status === 401 && this.#address.credentials === undefined) {
      const detail = "the camera asks for a login, and its address has none";
      throw new CaptureError("unauthorised", detail);
    }
    const failure = failureOfReply(reply);
    if (failure !== undefined) throw failure;
  }

  /** Says goodbye, so that a camera with few sessions frees ours at once. */
  async #stop(
    channel: RequestChannel,
    session: Session | undefined,
    reason: unknown,
  ): Promise<void> {
    if (session !== undefined) {
      const goodbye = channel.request("TEARDOWN", session.uri).catch(() => undefined);
      await Promise.race([goodbye, this.#clock.sleep(teardownTimeoutMs)]);
    }
    channel.close(reason);
  }
}

interface Target {
  readonly address: RtspAddress;
  readonly authorization: Authorization | undefined;
}

interface Session {
  readonly uri: string;
  readonly timeoutMs: number;
  readonly methods: ReadonlySet<string>;
}

class Redirect extends Error {
  readonly location: string;
  constructor(location: string) {
    super("redirect");
    this.location = location;
  }
}

function parseRedirect(location: string, from: RtspAddress): RtspAddress {
  const absolute = /^rtsps?:\/\//i.test(location)
    ? location
    : joinControlStrictly(from.uri, location);
  return parseRtspAddress(absolute ?? location);
}

/** The login follows a redirect on the same host; elsewhere only as Digest, never in the clear. */
function authorizationFor(original: RtspAddress, target: RtspAddress): Authorization | undefined {
  const credentials = original.credentials;
  if (credentials === undefined) return undefined;
  const isSameHost = original.host.toLowerCase() === target.host.toLowerCase();
  const isWeaker = original.isTls && !target.isTls;
  return new Authorization({ credentials, isBasicAllowed: isSameHost && !isWeaker });
}
