/**
 * The plainest RTSP client there can be, for tests of the server: it sends what it is told and
 * keeps what comes, byte for byte. It knows no more of RTSP than where a reply and a frame end.
 */
import { connect, type Socket } from "node:net";

export interface RawFrame {
  readonly channel: number;
  readonly bytes: Buffer;
  readonly atMonoMs: number;
}

export class RawClient {
  readonly frames: RawFrame[] = [];
  /** Everything that was received, before anything was made of it. */
  receivedBytes = 0;
  isClosed = false;
  readonly #socket: Socket;
  readonly #replies: string[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #sequence = 0;
  #session: string | undefined;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      this.#rest = Buffer.concat([this.#rest, chunk]);
      this.#parse();
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.isClosed = true;
    });
  }

  /** What came and is neither a whole reply nor a whole frame. */
  get rest(): Buffer {
    return this.#rest;
  }

  send(method: string, url: string, headers: readonly string[] = []): void {
    const session = this.#session === undefined ? [] : [`Session: ${this.#session}`];
    const lines = [
      `${method} ${url} RTSP/1.0`,
      `CSeq: ${++this.#sequence}`,
      ...session,
      ...headers,
    ];
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** The whole reply, head and body. */
  async request(method: string, url: string, headers: readonly string[] = []): Promise<string> {
    const count = this.#replies.length;
    this.send(method, url, headers);
    await this.until(() => this.#replies.length > count);
    const reply = this.#replies[count] ?? "";
    this.#session = /^Session:\s*([^;\s]+)/im.exec(reply)?.[1] ?? this.#session;
    return reply;
  }

  /** SETUP and PLAY; everything that came before the pictures is thrown away. */
  async play(url: string): Promise<void> {
    const transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1";
    await this.request("SETUP", `${url}/trackID=1`, [transport]);
    await this.request("PLAY", url);
  }

  /** Looks again and again until it is so; throws when it is not after `withinMs`. */
  async until(isSo: () => boolean, withinMs = 5_000): Promise<void> {
    const endMonoMs = performance.now() + withinMs;
    while (!isSo()) {
      if (performance.now() > endMonoMs)
        throw new Error(`not so after ${withinMs} ms: ${isSo.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  rtp(): RawFrame[] {
    return this.frames.filter(({ channel }) => channel === 0);
  }

  rtcp(): RawFrame[] {
    return this.frames.filter(({ channel }) => channel === 1);
  }

  close(): void {
    this.#socket.destroy();
  }

  #parse(): void {
    for (;;) {
      const length = this.#rest[0] === 0x24 ? this.#takeFrame() : this.#takeReply();
      if (length === 0) return;
      this.#rest = this.#rest.subarray(length);
    }
  }

  #takeFrame(): number {
    if (this.#rest.length < 4) return 0;
    const end = 4 + this.#rest.readUInt16BE(2);
    if (this.#rest.length < end) return 0;
    const bytes = this.#rest.subarray(4, end);
    this.frames.push({ channel: this.#rest[1] ?? 0, bytes, atMonoMs: performance.now() });
    return end;
  }

  #takeReply(): number {
    const headEnd = this.#rest.indexOf("\r\n\r\n");
    if (headEnd === -1) return 0;
    const head = this.#rest.toString("latin1", 0, headEnd);
    const length = Number(/^Content-Length: (\d+)/im.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.#rest.length < end) return 0;
    this.#replies.push(this.#rest.toString("latin1", 0, end));
    return end;
  }
}
