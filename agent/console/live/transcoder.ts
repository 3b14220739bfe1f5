/**
 * Turns what a browser cannot play (H.265, MJPEG) into H.264, through node-rtsp-stream.
 *
 * As published that package opens a camera session of its own with the password in its arguments,
 * and a WebSocket server without a login. Here it gets pictures from the ring on standard input, and
 * hands what comes out to whoever made it: no address, no port, no console. It works inside `super()`,
 * so the overrides use no private fields.
 */
import { join } from "node:path";
import VideoStream from "node-rtsp-stream";
import Mpeg1Muxer from "node-rtsp-stream/mpeg1muxer.js";

export interface TranscodedUnit {
  /** One access unit, Annex B. */
  readonly unit: Uint8Array;
  readonly isKey: boolean;
}

const ffmpegPath = join(import.meta.dirname, "ffmpeg-alone");
/** The last of an option counts: these replace the package's MPEG-1 in MPEG-TS. */
const ffmpegOptions = {
  "-an": "",
  "-vf": "scale=w='min(1280,iw)':h=-2",
  "-codec:v": "libx264",
  "-preset": "ultrafast",
  "-tune": "zerolatency",
  "-crf": "26",
  "-maxrate": "3M",
  "-bufsize": "3M",
  "-g": "25",
  "-bf": "0",
  "-pix_fmt": "yuv420p",
  "-threads": "1",
  "-vsync": "passthrough",
  "-x264-params": "aud=1:repeat-headers=1",
  "-f": "h264",
} as const;
/** What ffmpeg has not taken yet; more is a machine that cannot keep up. */
const waitingBytesMax = 8 * 1024 * 1024;
const unitBytesMax = 8 * 1024 * 1024;

class PipedStream extends VideoStream {
  override startMpeg1Stream(): this {
    const { streamUrl: url, ffmpegPath: path, ffmpegOptions: options } = this.options;
    const muxer = new Mpeg1Muxer({ url, ffmpegPath: path, ffmpegOptions: options });
    this.stream = muxer.stream;
    muxer.on("mpeg1data", (data: Buffer) => this.emit("camdata", data));
    muxer.on("ffmpegStderr", (data: Buffer) => this.emit("said", data.toString()));
    muxer.stream.on("error", (error) => this.emit("gone", error.message));
    muxer.stream.on("exit", (code, signal) => this.emit("gone", `it ended (${signal ?? code})`));
    muxer.stream.stdin?.on("error", () => undefined); // Its end is told by the process.
    return this;
  }

  override pipeStreamToSocketServer(): this {
    return this;
  }

  override stop(): this {
    this.stream?.kill("SIGKILL");
    return this;
  }
}

export class Transcoder {
  readonly #stream: PipedStream;
  #rest: Buffer = Buffer.alloc(0);
  #said = "";

  constructor(
    name: string,
    sink: { onUnit(unit: TranscodedUnit): void; onGone(why: string): void },
  ) {
    this.#stream = new PipedStream({ name, streamUrl: "pipe:0", ffmpegPath, ffmpegOptions });
    this.#stream.on("camdata", (data: Buffer) => {
      for (const unit of this.#units(data)) sink.onUnit(unit);
    });
    this.#stream.on("said", (text: string) => {
      this.#said = `${this.#said}${text}`.slice(-300);
    });
    this.#stream.on("gone", (why: string) => sink.onGone(`${why} ${this.#said.trim()}`.trim()));
  }

  /** False: it cannot keep up, and this was left out. */
  write(bytes: Uint8Array): boolean {
    const stdin = this.#stream.stream?.stdin;
    if (stdin === null || stdin === undefined || !stdin.writable) return false;
    if (stdin.writableLength > waitingBytesMax) return false;
    stdin.write(bytes);
    return true;
  }

  stop(): void {
    this.#stream.stop();
  }

  /** Each begins with a delimiter: what stands before the last of them is whole. */
  *#units(data: Buffer): Generator<TranscodedUnit> {
    const bytes = Buffer.concat([this.#rest, data]);
    let begin = bytes.indexOf(delimiter);
    for (let next = nextAfter(bytes, begin); next !== -1; next = nextAfter(bytes, begin)) {
      const unit = Buffer.from(bytes.subarray(begin, next));
      yield { unit, isKey: unit.includes(keySets) };
      begin = next;
    }
    this.#rest = bytes.subarray(begin === -1 ? Math.max(0, bytes.length - 6) : begin);
    if (this.#rest.length > unitBytesMax) this.#rest = Buffer.alloc(0);
  }
}

/** Access unit delimiter; SPS of x264's high, main and baseline streams stand before keyframes. */
const delimiter = Buffer.from([0, 0, 0, 1, 9]);
const keySets = Buffer.from([0, 0, 0, 1, 0x67]);

function nextAfter(bytes: Buffer, begin: number): number {
  return begin === -1 ? -1 : bytes.indexOf(delimiter, begin + delimiter.length);
}
