/**
 * What the soak's cameras show: one junction, furnished (a car at the kerb, a stall, a bin that
 * spills over, a banner) or empty, so that violations of all four kinds come and go for hours.
 *
 * The furnished clip is the demo's; the empty one is rendered once and kept in the cache folder.
 */
import { cachedFile } from "../../test-fixtures/clips/cache-folder.ts";
import { renderClip } from "../../test-fixtures/scenes/clip.ts";
import { junctionDay } from "../../test-fixtures/scenes/library/scenes/junction-day.ts";
import { sceneClip } from "../demo-junction.ts";

export interface SoakStreet {
  /** Files (MP4) of the same size and rate. */
  readonly furnished: string;
  readonly empty: string;
}

const { scene } = junctionDay;
const emptyScene = {
  ...scene,
  name: "junction-empty",
  // What stands there has no steps; who passes has.
  things: scene.things.filter(({ steps }) => steps !== undefined),
};
const part = { fromMs: 0, untilMs: 12_000, fps: 10, gopSeconds: 1, bitrateKbit: 560 } as const;

export async function soakStreet(): Promise<SoakStreet> {
  const empty = await cachedFile({ soakStreet: 1, scene: emptyScene, ...part }, "mp4", (path) =>
    renderClip(emptyScene, path, part).then(() => undefined),
  );
  return { furnished: sceneClip("junction-day"), empty };
}
