/**
 * One RTSP client of the camera server: reads its requests, answers, and plays to it.
 *
 * A connection has at most one session, and a session one video track, as cameras have.
 */
import type { Socket } from "node:net";
import type { CameraStream } from "./camera-stream.ts";
import { ClientOutput } from "./client-output.ts";
import { describe, videoTrack } from "./describe.ts";
import { FaultBoard } from "./fault.ts";
import { LoginGuard } from "./login.ts";
import type { MediaClock } from "./media-clock.ts";
import { MediaSender } from "./media-sender.ts";
import type { Playout } from "./playout.ts";
import { type RtspRequest, RtspRequestReader } from "./rtsp-request.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import type { TimerQueue } from "./timer-queue.ts";

export interface ConnectionContext {
  readonly clock: MediaClock;
  readonly timers: TimerQueue;
  findStream(url: string): CameraStream | undefined;
}

interface Session {
  readonly id: string;
  readonly stream: CameraStream;
  readonly channel: number;
  readonly random: SeededRandom;
  playing: { readonly sender: MediaSender; readonly playout: Playout } | undefined;
}

interface Reply {
  readonly status?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

export class ClientConnection {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  readonly #reader = new RtspRequestReader();
  /** The first stream that a request named; its faults rule the connection from then on. */
  #stream: CameraStream | undefined;
  #output: ClientOutput;
  #session: Session | undefined;
  #aliveAtMonoMs: number;

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#output = this.#outputWith(new FaultBoard());
    this.#aliveAtMonoMs = context.timers.monoNow();
  }

  get isPlaying(): boolean {
    return this.#session?.playing !== undefined;
  }

  start(): void {
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk: Buffer) => this.#read(chunk));
    // A client may go away at any time; what matters here comes with "close".
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => this.#closed());
  }

  faultsChanged(): void {
    this.#output.faultsChanged();
    this.#session?.playing?.sender.faultsChanged();
  }

  #read(chunk: Buffer): void {
    try {
      for (const request of this.#reader.push(chunk).requests) this.#handle(request);
    } catch {
      this.#socket.destroy();
    }
  }

  #closed(): void {
    this.#stopPlaying();
    this.#session = undefined;
    this.#stream?.listeners.delete(this);
  }

  #handle(request: RtspRequest): void {
    this.#aliveAtMonoMs = this.#context.timers.monoNow();
    const stream = this.#context.findStream(request.url) ?? this.#session?.stream;
    if (stream !== undefined && this.#stream === undefined) {
      this.#stream = stream;
      this.#output = this.#outputWith(stream.faults);
      stream.listeners.add(this);
    }
    if (stream?.faults.get("refuse") !== undefined) {
      this.#socket.destroy();
      return;
    }
    const reply = this.#answer(request, stream);
    this.#reply(request, reply);
    if (reply.status === undefined) this.#afterReply(request);
  }

  #answer(request: RtspRequest, stream: CameraStream | undefined): Reply {
    const { method } = request;
    if (method === "OPTIONS") {
      const methods = (stream?.settings.reply.methods ?? allMethods).join(", ");
      return { headers: [`Public: ${methods}`, ...this.#sessionHeader()] };
    }
    if (stream === undefined) return { status: "404 Not Found" };
    if (!stream.settings.reply.methods.includes(method)) {
      return { status: "405 Method Not Allowed" };
    }
    return this.#refusal(request, stream) ?? this.#serve(request, stream);
  }

  #serve(request: RtspRequest, stream: CameraStream): Reply {
    switch (request.method) {
      case "DESCRIBE":
        return this.#describe(request, stream);
      case "SETUP":
        return this.#setup(request, stream);
      default:
        break;
    }
    const isOurs = request.headers.get("session")?.split(";")[0]?.trim() === this.#session?.id;
    if (this.#session === undefined || !isOurs) return { status: "454 Session Not Found" };
    return request.method === "PLAY"
      ? this.#play(this.#session)
      : { headers: this.#sessionHeader() };
  }

  /** What stands between a client and the stream: faults and the login. */
  #refusal(request: RtspRequest, { faults, guard, settings }: CameraStream): Reply | undefined {
    const redirect = faults.get("redirect");
    const error = faults.get("error-status");
    if (faults.get("not-found") !== undefined) return { status: "404 Not Found" };
    if (error !== undefined) return { status: `${error.status} ${error.reason}` };
    if (redirect !== undefined && request.method === "DESCRIBE") {
      return { status: "302 Moved Temporarily", headers: [`Location: ${redirect.to}`] };
    }
    if (faults.get("unauthorised") !== undefined) {
      const anybody = guard ?? new LoginGuard({ user: "admin", password: "admin" });
      return unauthorised(anybody.challenges({ isStale: false }));
    }
    const login = guard?.check(request);
    if (login?.isAllowed === false) return unauthorised(login.challenges);
    return settings.refusesTcp && request.method === "SETUP"
      ? { status: "461 Unsupported Transport" }
      : undefined;
  }

  #describe(request: RtspRequest, stream: CameraStream): Reply {
    const { headers, sdp } = describe(request.url, stream.clip, stream.settings);
    return { headers: [...headers, "Content-Type: application/sdp"], body: sdp };
  }

  #setup(request: RtspRequest, stream: CameraStream): Reply {
    const asked = /interleaved=(\d+)-(\d+)/.exec(request.headers.get("transport") ?? "");
    if (asked === null) return { status: "461 Unsupported Transport" };
    if (this.isPlaying) return { status: "455 Method Not Valid in This State" };
    const channel = Number(asked[1]) + stream.settings.reply.channelShift;
    const isVideo = !/trackID=[023]\/?$/.test(request.url);
    const random = this.#session?.random ?? stream.sessionRandom();
    const id = this.#session?.id ?? String(100_000_000 + random.below(900_000_000));
    if (isVideo || this.#session === undefined) {
      this.#session = { id, stream, channel: isVideo ? channel : 254, random, playing: undefined };
    }
    const transport = `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
    return { headers: [`Transport: ${transport}`, ...this.#sessionHeader()] };
  }

  #play(session: Session): Reply {
    const { settings, faults, counts } = session.stream;
    if (session.playing !== undefined) return { headers: this.#sessionHeader() };
    const sequenceStart = settings.sequenceStart ?? session.random.below(2 ** 16);
    const timestampStart = settings.timestampStart ?? session.random.below(2 ** 32);
    const sender = new MediaSender({
      output: this.#output,
      faults,
      clock: this.#context.clock,
      timers: this.#context.timers,
      random: session.random,
      counts,
      channel: session.channel,
      sequenceStart,
      timestampStart,
      source: session.random.below(2 ** 32),
      waitsForKeyframe: settings.joinAt === "keyframe",
      reports: settings.senderReports,
      saysGoodbye: settings.end === "bye",
    });
    session.playing = { sender, playout: session.stream.playout() };
    const track = `url=${videoTrack};seq=${sequenceStart}`;
    const info = {
      full: [`RTP-Info: ${track};rtptime=${timestampStart}`],
      "no-rtptime": [`RTP-Info: ${track}`],
      missing: [],
    };
    const { rtpInfo } = settings.reply;
    return { headers: [...this.#sessionHeader(), "Range: npt=0.000-", ...info[rtpInfo]] };
  }

  /** What must not overtake the reply. */
  #afterReply({ method }: RtspRequest): void {
    const session = this.#session;
    if (session === undefined) return;
    if (method === "PLAY" && session.playing !== undefined) {
      session.playing.sender.start();
      session.playing.playout.add(session.playing.sender);
      this.#watchTimeout(session.stream);
    } else if (method === "PAUSE") {
      this.#stopPlaying();
    } else if (method === "TEARDOWN") {
      this.#stopPlaying();
      this.#session = undefined;
    }
  }

  /** The session of a client that sent no request for so long is over, and so is its connection. */
  #watchTimeout(stream: CameraStream): void {
    const { sessionTimeoutMs, isTimeoutEnforced } = stream.settings;
    if (!isTimeoutEnforced) return;
    const { timers } = this.#context;
    timers.at(this.#aliveAtMonoMs + sessionTimeoutMs, () => {
      if (!this.isPlaying) return;
      const isOver = timers.monoNow() >= this.#aliveAtMonoMs + sessionTimeoutMs;
      if (isOver) this.#socket.destroy();
      else this.#watchTimeout(stream);
    });
  }

  #stopPlaying(): void {
    const playing = this.#session?.playing;
    if (this.#session === undefined || playing === undefined) return;
    this.#session.stream.leave(playing.playout, playing.sender);
    playing.sender.stop();
    this.#session.playing = undefined;
  }

  #sessionHeader(): string[] {
    if (this.#session === undefined) return [];
    const { id, stream } = this.#session;
    const { reply, sessionTimeoutMs } = stream.settings;
    const timeoutS = String(Math.max(1, Math.round(sessionTimeoutMs / 1_000)));
    return [`Session: ${reply.session.replace("{id}", id).replace("{timeout}", timeoutS)}`];
  }

  #reply(request: RtspRequest, { status = "200 OK", headers = [], body = "" }: Reply): void {
    const faults = this.#stream?.faults;
    const isDescribed = request.method === "DESCRIBE" && body !== "";
    const endless = isDescribed && faults?.get("endless-body") !== undefined;
    const wrongBytes = (isDescribed && faults?.get("wrong-content-length")?.byBytes) || 0;
    const huge = faults?.get("huge-header");
    const bodyBytes = endless ? 2 ** 32 : Buffer.byteLength(body) + wrongBytes;
    const lines = [
      `RTSP/1.0 ${status}`,
      `CSeq: ${request.headers.get("cseq") ?? ""}`,
      ...(huge === undefined ? [] : [`X-Filler: ${"x".repeat(huge.bytes)}`]),
      `Server: ${this.#stream?.settings.reply.server ?? "Camera Fixture/1.0"}`,
      ...headers,
      ...(body === "" ? [] : [`Content-Length: ${bodyBytes}`]),
    ];
    const output = this.#output;
    output.submit("reply", () => {
      output.writeReply(Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`));
      if (endless) output.writeEndlessly(Buffer.from("a=filler\r\n".repeat(5_000)));
    });
  }

  #outputWith(faults: FaultBoard): ClientOutput {
    const random = seededRandom("output");
    return new ClientOutput({ socket: this.#socket, faults, timers: this.#context.timers, random });
  }
}

const allMethods = ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "GET_PARAMETER", "TEARDOWN"];

function unauthorised(challenges: readonly string[]): Reply {
  return {
    status: "401 Unauthorized",
    headers: challenges.map((challenge) => `WWW-Authenticate: ${challenge}`),
  };
}
