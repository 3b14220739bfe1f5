/**
 * Goal: a plain clone shows the whole way on the detector that ships: all four kinds are found in
 * pictures and told in order, and what passes is not told; the evidence that it leaves verifies.
 * Method: the demo as a person starts it; and its clips against what the renderer makes today, so
 * that nobody watches a street that no source describes.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { probeVideo } from "../test-fixtures/clips/load-clip.ts";
import { runTool } from "../test-fixtures/run-tool.ts";
import { junctionDay } from "../test-fixtures/scenes/library/scenes/junction-day.ts";
import { junctionVisit } from "../test-fixtures/scenes/library/scenes/junction-visit.ts";
import { renderPicture } from "../test-fixtures/scenes/render.ts";
import { sceneClip } from "./demo-junction.ts";

test("every kind is told of once, with evidence that verifies, and what passes is not", async () => {
  const out = await mkdtemp(join(tmpdir(), "kerbside-demo-out-"));
  onTestFinished(() => rm(out, { recursive: true, force: true }));
  const printed = await runTool("scripts/demo", ["--json", "--out", out]);
  const result: unknown = JSON.parse(printed.toString().trimEnd().split("\n").at(-1) ?? "");
  const stays = { stages: ["warned", "reported"] };
  const leaves = { stages: ["warned", "reported", "cleared"] };
  const once = (expected: object): unknown => [expect.objectContaining(expected)];
  expect(result).toMatchObject({
    violations: {
      "illegal-parking": expect.arrayContaining([once(stays), once(leaves)].flat()),
      "street-vending": once(stays),
      "overflowing-bin": once(stays),
      "unlicensed-signage": once(stays),
    },
    unexpected: 0,
    duplicates: 0,
    lost: 0,
    outOfOrder: 0,
    rejected: 0,
  });
  const key = join(out, "device.pub");
  const folder = join(out, "evidence");
  const verify = ["evidence", "verify", folder, "--key", key, "--json"];
  const verified = await runTool("bin/kerbside", verify);
  expect(JSON.parse(verified.toString().trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    ok: true,
    violations: 5,
  });
  const names = await readdir(folder, { recursive: true });
  const count = (name: string) => names.filter((one) => one.endsWith(name)).length;
  // A box that is busy lets an event go without: most have theirs.
  expect(count("/warned.jpg")).toBeGreaterThanOrEqual(3);
  expect(count("/close-up.jpg")).toBeGreaterThanOrEqual(5);
  expect(count("/composite.jpg")).toBeGreaterThanOrEqual(2);
});

for (const { scene } of [junctionDay, junctionVisit]) {
  test(`the clip of ${scene.name} shows what the renderer makes`, async () => {
    const file = sceneClip(scene.name);
    const { width, height, packets, fps } = await probeVideo(file);
    expect({ width, height }).toEqual(scene.picture);
    expect(packets.length / fps).toBe(scene.durationMs / 1_000);
    for (const atMs of [0, 0.4 * scene.durationMs]) {
      const seek = ["-v", "error", "-ss", `${atMs / 1_000}`, "-i", file, "-frames:v", "1"];
      const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
      const shown = await runTool("ffmpeg", [...seek, ...raw]);
      const made = renderPicture(scene, atMs).rgb;
      expect(largestBlockDifference(shown, made, width), `at ${atMs} ms`).toBeLessThan(10);
    }
  });
}

const blockPx = 20;

/** Of the mean levels of small blocks: what coding loses is less, a thing that moved is more. */
function largestBlockDifference(one: Uint8Array, other: Uint8Array, width: number): number {
  const columns = Math.ceil(width / blockPx);
  const sums = new Map<number, number>();
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const pixel = Math.floor(index / 3);
    const row = Math.floor(pixel / width / blockPx);
    const block = (row * columns + Math.floor((pixel % width) / blockPx)) * 3 + (index % 3);
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    sums.set(block, (sums.get(block) ?? 0) + difference);
  }
  return Math.max(...[...sums.values()].map(Math.abs)) / blockPx ** 2;
}
