/** Asks a browser (Debian's Chromium, headless) to play a film, and hears what it shows and says. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const browser = "/usr/bin/chromium";
const timeoutMs = 45_000;

export const hasChromium = existsSync(browser);

export interface Played {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Played to the end, and so many pictures were put on the screen or left out. */
  readonly hasEnded: boolean;
  readonly pictures: number;
  readonly fault: string;
  /** Grey values of the picture at `lookAtMs`, row by row. */
  readonly grey: readonly number[];
}

/** Plays it twice as fast as life, then looks at the picture of one moment. */
export async function chromiumPlays(path: string, lookAtMs: number): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-browser-"));
  const film = await readFile(path);
  const { promise, resolve, reject } = Promise.withResolvers<Played>();
  const server = createServer((request, response) => {
    if (request.url === "/film.mp4") response.setHeader("content-type", "video/mp4").end(film);
    else if (request.method !== "POST") response.end(pageText(lookAtMs / 1_000));
    else text(request).then((told) => resolve(JSON.parse(told) as Played), reject); // Our page's.
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  const modes = ["--headless", "--no-sandbox", "--disable-gpu", "--mute-audio", "--no-first-run"];
  const own = [`--user-data-dir=${folder}`, "--autoplay-policy=no-user-gesture-required"];
  const args = [...modes, ...own, `http://127.0.0.1:${port}/`];
  const child = spawn(browser, args, { stdio: "ignore", detached: true });
  const tooLate = setTimeout(() => reject(new Error("the browser told nothing")), timeoutMs);
  child.on("error", reject);
  try {
    return await promise;
  } finally {
    clearTimeout(tooLate);
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

const pageText = (lookAt: number): string => `<!doctype html>
<video id="film" muted></video><canvas id="canvas"></canvas>
<script>
  const film = document.getElementById("film");
  const tell = (hasEnded, grey) => {
    fetch("/", { method: "POST", body: JSON.stringify({
      width: film.videoWidth, height: film.videoHeight, seconds: film.duration, hasEnded,
      pictures: film.getVideoPlaybackQuality().totalVideoFrames,
      fault: film.error === null ? "" : film.error.code + " " + film.error.message, grey }) });
  };
  film.onerror = () => tell(false, []);
  film.onended = () => {
    film.onseeked = () => setTimeout(() => {
      const canvas = document.getElementById("canvas");
      canvas.width = film.videoWidth;
      canvas.height = film.videoHeight;
      const context = canvas.getContext("2d");
      context.drawImage(film, 0, 0);
      const height = Math.ceil(film.videoWidth / 10);
      const { data } = context.getImageData(0, 0, canvas.width, height);
      tell(true, Array.from({ length: data.length / 4 }, (_, index) => data[4 * index + 1]));
    }, 300); // What was sought is drawn some moments later.
    film.currentTime = ${lookAt};
  };
  film.playbackRate = 2;
  // As a blob it can be sought in, without a server that knows ranges.
  fetch("/film.mp4").then((answer) => answer.blob()).then((blob) => {
    film.src = URL.createObjectURL(blob);
    return film.play();
  });
</script>`;
