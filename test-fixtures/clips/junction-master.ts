/**
 * The scene behind the benchmarks' cameras: a junction by day in 1080p with one of each kind of
 * thing that rules are about (a car at the kerb, a stall, a bin that spills over, a new board and a
 * banner), traffic and people passing.
 *
 * Drawn once, nearly without loss and without noise, and kept in the cache folder; each clip puts
 * the noise of a sensor over it and encodes it its own way.
 */
import { renderClip } from "../scenes/clip.ts";
import { junctionDay } from "../scenes/library/scenes/junction-day.ts";
import { cachedFile } from "./cache-folder.ts";

const { scene } = junctionDay;
/** A car, an e-bike and a bus go by in these seconds, and the walkers walk. */
const part = { fromMs: 2_000, untilMs: 10_000 } as const;
const master = {
  ...scene,
  picture: { width: 1_920, height: 1_080 },
  weather: { ...scene.weather, noise: 0 },
};

/** The same by night when nobody passes: one picture, to be shown again and again. */
const quiet = {
  ...master,
  name: "junction-quiet",
  light: { ...scene.light, hour: 22 },
  things: scene.things.filter(({ steps }) => steps === undefined),
};
const onePicture = { fromMs: 0, untilMs: 40 } as const;

export function quietJunctionMaster(): Promise<string> {
  const encoder = { fps: 25, gopSeconds: 1, bitrateKbit: 30_000 };
  const parameters = { junctionMaster: 1, scene: quiet, ...onePicture, ...encoder };
  return cachedFile(parameters, "mp4", (path) =>
    renderClip(quiet, path, { ...onePicture, ...encoder }).then(() => undefined),
  );
}

/** The file (MP4, 8 s, 25 pictures a second); drawing it takes about a minute, once. */
export function junctionMaster(): Promise<string> {
  const encoder = { fps: 25, gopSeconds: 1, bitrateKbit: 30_000 };
  return cachedFile({ junctionMaster: 1, scene: master, ...part, ...encoder }, "mp4", (path) =>
    renderClip(master, path, { ...part, ...encoder }).then(() => undefined),
  );
}
