/** A clip of a scene is what a camera sends, and its truth goes with its keyframes. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadClip } from "../clips/load-clip.ts";
import { renderClip, writeTruth } from "./clip.ts";
import { sceneOf } from "./description.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-clip-"));
});
afterAll(() => rm(folder, { recursive: true }));

const scene = sceneOf({
  name: "short",
  durationMs: 2_000,
  picture: { width: 128, height: 72 },
  street: { far: "wall", near: "wall" },
  things: [
    {
      id: "car",
      look: { kind: "car", seed: 1, lights: false },
      place: [8, 2],
      headingDeg: 90,
      fromMs: 1_000,
    },
  ],
});

test("pictures, keyframes and truth are where they belong", async () => {
  const path = join(folder, "short.mp4");
  const truth = await renderClip(scene, path, { fps: 5, gopSeconds: 1, bitrateKbit: 200 });
  const clip = await loadClip(path);
  expect(clip).toMatchObject({ codec: "h264", width: 128, height: 72, fps: 5, durationMs: 2_000 });
  expect(clip.accessUnits.map(({ isKeyframe }) => isKeyframe)).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => index % 5 === 0),
  );
  expect(clip.accessUnits.every(({ dtsMs, ptsMs }) => dtsMs === ptsMs)).toBe(true);
  const seen = truth.pictures.map(({ atMs, things }) => [atMs, things.map(({ id }) => id)]);
  expect(seen).toEqual([
    [0, []],
    [1_000, ["car"]],
  ]);
  const written = join(folder, "short.truth.json");
  await writeTruth(written, truth);
  expect(JSON.parse(await readFile(written, "utf8"))).toMatchObject({ scene: "short", fps: 5 });
});

test("what ffmpeg refuses is said", async () => {
  const options = { fps: 5, gopSeconds: 1, bitrateKbit: 200 };
  const nowhere = join(folder, "missing", "short.mp4");
  await expect(renderClip(scene, nowhere, options)).rejects.toThrow("ffmpeg ended with");
});
