/**
 * The least that receiving a camera can be: a socket whose packets are copied into a ring.
 *
 * SETUP, PLAY, then interleaved frames, each copied whole with its length in front; the oldest are
 * overwritten. No times, no losses, no pictures: a floor to measure against, for our own server.
 */
import { connect, type Socket } from "node:net";

/** About 5 s of a street camera. */
const ringBytes = 2_500_000;
const frameHeadBytes = 4;
const readBytes = 256 * 1_024;
const connectMsMax = 20_000;

/** Sockets of one thread fill the same buffer, one after the other. */
const readBuffer = Buffer.allocUnsafeSlow(readBytes);

export class BareCamera {
  readonly #url: URL;
  /** Touched, so that the first measurement does not pay for its pages. */
  readonly #ring = Buffer.alloc(ringBytes, 1);
  #at = 0;
  /** Of the frame in hand. */
  #left = 0;
  readonly #head = Buffer.alloc(frameHeadBytes);
  #headHave = 0;
  #text = "";
  #isPlaying = false;
  #socket: Socket | undefined;
  #onText: () => void = () => undefined;
  packets = 0;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Resolves when it plays. */
  async open(): Promise<void> {
    this.#isPlaying = false;
    this.#text = "";
    this.#left = 0;
    this.#headHave = 0;
    const socket = connect({
      host: this.#url.hostname,
      port: Number(this.#url.port),
      onread: { buffer: readBuffer, callback: (bytes) => this.#take(bytes) },
    });
    this.#socket = socket;
    // What breaks off is seen by its packets, which do not come.
    socket.on("error", () => undefined);
    const { href } = this.#url;
    const transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1";
    const setup = await this.#ask(`SETUP ${href}/trackID=1 RTSP/1.0\r\nCSeq: 1\r\n${transport}`);
    const session = /^Session:\s*([^;\s]+)/im.exec(setup)?.[1] ?? "";
    await this.#ask(`PLAY ${href} RTSP/1.0\r\nCSeq: 2\r\nSession: ${session}`);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #ask(lines: string): Promise<string> {
    this.#text = "";
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${this.#url.pathname} did not answer within ${connectMsMax} ms`));
      }, connectMsMax);
      this.#onText = () => {
        clearTimeout(timer);
        resolve(this.#text);
      };
      this.#socket?.write(`${lines}\r\n\r\n`);
    });
  }

  #take(count: number): boolean {
    let at = 0;
    if (!this.#isPlaying) at = this.#takeText(count);
    while (at < count) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, count - at);
        readBuffer.copy(this.#ring, this.#at, at, at + taken);
        this.#at += taken;
        this.#left -= taken;
        at += taken;
        continue;
      }
      this.#head[this.#headHave++] = readBuffer[at++] ?? 0;
      if (this.#headHave === frameHeadBytes) this.#beginFrame();
    }
    return true;
  }

  #beginFrame(): void {
    const bytes = this.#head.readUInt16BE(2);
    if (this.#at + frameHeadBytes + bytes > ringBytes) this.#at = 0;
    this.#head.copy(this.#ring, this.#at);
    this.#at += frameHeadBytes;
    this.#left = bytes;
    this.#headHave = 0;
    this.packets += 1;
  }

  /** Where the frames begin that may follow the reply to PLAY at once. */
  #takeText(count: number): number {
    const before = this.#text.length;
    this.#text += readBuffer.toString("latin1", 0, count);
    const end = this.#text.indexOf("\r\n\r\n");
    if (end === -1) return count;
    this.#isPlaying = this.#text.includes("CSeq: 2");
    this.#text = this.#text.slice(0, end);
    this.#onText();
    return this.#isPlaying ? end + 4 - before : count;
  }
}
