/**
 * One viewer of one camera: pictures as fragmented MP4, and once a second what the rules know.
 *
 * Pulls from the ring ten times a second while somebody watches, and not at all otherwise. A viewer
 * that reads slowly loses pictures, nobody else does. Each opening and its end are in the log.
 */
import { type WebSocket, WebSocketServer } from "ws";
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import type { ConsolePorts } from "../console-ports.ts";
import type { LiveUpgrade } from "../server.ts";
import { Mp4Fragments, mp4Head } from "./fragmented-mp4.ts";
import { RingFeed } from "./picture-feed.ts";
import type { PictureFeed } from "./playable-picture.ts";
import { sceneOf } from "./scene.ts";
import { Transcodings } from "./transcodings.ts";

const pollMs = 100;
const sceneMs = 1_000;
const sessionMs = 5_000;
const viewersMax = 8;
/** What the browser has not taken; above it pictures are left out until a keyframe. */
const waitingBytesMax = 4 * 1024 * 1024;
const closeCodes = { over: 4401, none: 4404, full: 4429, failed: 4500 } as const;

export class LiveSockets {
  readonly #ports: ConsolePorts;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: 1_024,
    perMessageDeflate: false,
  });
  readonly #transcodings: Transcodings | undefined;
  #viewers = 0;

  constructor(ports: ConsolePorts) {
    this.#ports = ports;
    const { live, clock, log } = ports;
    this.#transcodings = live === undefined ? undefined : new Transcodings({ live, clock, log });
  }

  open({ request, socket, head, camera, session, address, isOver }: LiveUpgrade): void {
    this.#server.handleUpgrade(request, socket, head, (web) => {
      const { log } = this.#ports;
      const { user } = session;
      web.on("error", () => web.terminate());
      // Nothing is taken from a viewer.
      web.on("message", () => web.close(1008));
      log.info({ user, address, camera }, "page: the live picture is opened");
      this.#viewers += 1;
      void this.#play(web, camera, isOver)
        .catch((error: unknown) => {
          log.warn({ err: error, camera }, "page: the live picture failed");
          web.close(closeCodes.failed, error instanceof RangeError ? error.message : "failed");
        })
        .finally(() => {
          this.#viewers -= 1;
          log.info({ user, address, camera }, "page: the live picture is closed");
        });
    });
  }

  stop(): void {
    for (const web of this.#server.clients) web.terminate();
    this.#transcodings?.stop();
  }

  async #play(web: WebSocket, name: string, isOver: () => boolean): Promise<void> {
    const { live, clock, config } = this.#ports;
    const camera = config().cameras.find(({ id }) => id === name)?.id;
    if (camera === undefined || live === undefined || this.#transcodings === undefined) {
      return web.close(closeCodes.none, "there is no such camera");
    }
    if (this.#viewers > viewersMax) return web.close(closeCodes.full, "too many watch");
    const gone = new AbortController();
    web.on("close", () => gone.abort());
    const transcodings = this.#transcodings;
    const feed = new RingFeed({ live, camera, clock, transcodings });
    const film = new Film(web);
    let sceneAtMs = 0;
    let askedAtMs = clock.monoMs();
    try {
      while (!gone.signal.aborted) {
        const nowMs = clock.monoMs();
        if (nowMs - askedAtMs >= sessionMs) {
          askedAtMs = nowMs;
          if (isOver()) return web.close(closeCodes.over, "the session is over");
        }
        await film.send(feed);
        if (nowMs - sceneAtMs >= sceneMs) {
          sceneAtMs = nowMs;
          this.#sendScene(web, camera);
        }
        await clock.sleep(pollMs, gone.signal).catch(() => undefined);
      }
    } finally {
      feed.stop();
    }
  }

  #sendScene(web: WebSocket, camera: CameraId): void {
    const scene = sceneOf(this.#ports, camera);
    if (scene !== undefined) web.send(JSON.stringify({ kind: "scene", ...scene }));
  }
}

/** What one viewer's player has got. */
class Film {
  readonly #web: WebSocket;
  #fragments = new Mp4Fragments();
  #zeroMs = 0;
  #hasBegun = false;
  #isWaiting = false;

  constructor(web: WebSocket) {
    this.#web = web;
  }

  async send(feed: PictureFeed): Promise<void> {
    const pictures = await feed.next();
    for (const { unit, capturedAtMs, isKey, sets } of pictures) {
      if (sets !== undefined) this.#begin(mp4Head(sets), sets, capturedAtMs);
      if (!this.#hasBegun) continue;
      if (this.#web.bufferedAmount > waitingBytesMax) this.#isWaiting = true;
      else if (isKey) this.#isWaiting = false;
      if (this.#isWaiting) continue;
      const shownAtMs = capturedAtMs - this.#zeroMs;
      this.#web.send(this.#fragments.next({ unit, shownAtMs, isKey }));
    }
  }

  /** Also in the middle: a camera that changes its picture's size begins a new film. */
  #begin(
    head: Uint8Array,
    {
      codec,
      width,
      height,
    }: { readonly codec: string; readonly width: number; readonly height: number },
    zeroMs: number,
  ): void {
    this.#hasBegun = true;
    this.#zeroMs = zeroMs;
    this.#fragments = new Mp4Fragments();
    this.#web.send(JSON.stringify({ kind: "film", codec, width, height, zeroMs }));
    this.#web.send(head);
  }
}
