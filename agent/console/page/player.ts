/**
 * Plays fragmented MP4 as it comes: Media Source Extensions, close to its live end.
 *
 * What is older than some seconds is forgotten; who fell behind (a tab in the background) is put back
 * to the end.
 */
import { say } from "./language/say.ts";

export interface Film {
  readonly kind: "film";
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** The camera's time at the film's zero. */
  readonly zeroMs: number;
}

const keptSeconds = 10;
const behindSecondsMax = 1.2;
/** So far behind the newest picture it is shown: less stutters. */
const behindSeconds = 0.25;
const waitingMax = 300;

export class Player {
  readonly #video: HTMLVideoElement;
  readonly #onEnd: (why: string) => void;
  #source: MediaSource | undefined;
  #buffer: SourceBuffer | undefined;
  #waiting: ArrayBuffer[] = [];
  #film: Film | undefined;
  #address = "";

  constructor(video: HTMLVideoElement, onEnd: (why: string) => void) {
    this.#video = video;
    this.#onEnd = onEnd;
  }

  /** Also in the middle, when the camera changes its picture. */
  begin(film: Film): void {
    const type = `video/mp4; codecs="${film.codec}"`;
    if (!("MediaSource" in window) || !MediaSource.isTypeSupported(type)) {
      this.#onEnd(say("live.cannotPlay", { codec: film.codec }));
      return;
    }
    this.#forget();
    this.#film = film;
    const source = new MediaSource();
    this.#source = source;
    source.addEventListener("sourceopen", () => {
      if (this.#source !== source) return;
      const buffer = source.addSourceBuffer(type);
      buffer.addEventListener("updateend", () => this.#next());
      buffer.addEventListener("error", () => this.#onEnd(this.#video.error?.message ?? "MSE"));
      this.#buffer = buffer;
      this.#next();
    });
    this.#address = URL.createObjectURL(source);
    this.#video.src = this.#address;
    this.#video.play().catch(() => undefined); // It starts with the first picture, or was stopped.
  }

  add(bytes: ArrayBuffer): void {
    this.#waiting.push(bytes);
    if (this.#waiting.length > waitingMax) this.#onEnd("MSE");
    else this.#next();
  }

  /** How old what is shown is, by the box's clock; undefined: nothing is shown. */
  delayMs(nowMs: number): number | undefined {
    const film = this.#film;
    if (film === undefined || this.#video.readyState < 2) return undefined;
    return nowMs - (film.zeroMs + this.#video.currentTime * 1_000);
  }

  stop(): void {
    this.#forget();
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #next(): void {
    const buffer = this.#buffer;
    if (buffer === undefined || buffer.updating || this.#source?.readyState !== "open") return;
    this.#keepUp(buffer);
    if (buffer.updating) return;
    const bytes = this.#waiting.shift();
    if (bytes === undefined) return;
    try {
      buffer.appendBuffer(bytes);
    } catch (error) {
      this.#onEnd(String(error));
    }
  }

  #keepUp(buffer: SourceBuffer): void {
    const { buffered } = buffer;
    if (buffered.length === 0) return;
    const video = this.#video;
    const end = buffered.end(buffered.length - 1);
    const start = buffered.start(0);
    const behind = end - video.currentTime;
    if (behind > behindSecondsMax || video.currentTime < start) {
      video.currentTime = Math.max(start, end - behindSeconds);
    }
    video.playbackRate = behind > behindSeconds * 2 ? 1.1 : 1;
    if (end - start > keptSeconds * 2) buffer.remove(start, end - keptSeconds);
  }

  #forget(): void {
    this.#source = undefined;
    this.#buffer = undefined;
    this.#film = undefined;
    this.#waiting = [];
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = "";
  }
}
