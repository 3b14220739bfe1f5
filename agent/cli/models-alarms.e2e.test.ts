/** Footage through the real decoder: cars stand in cells for a known part of the clip. */
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cellClip } from "../../test-fixtures/clips/cell-clip.ts";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import { modelsAlarmsCommand } from "./models-alarms.ts";
import { testIo } from "./testing.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-alarms-e2e-"));
  await writeTinyDetector(join(cwd, "models"), { withWeights: true });
});
afterEach(() => rm(cwd, { recursive: true }));

test("footage is looked at as often as asked, clip by clip", async () => {
  await mkdir(join(cwd, "footage"));
  const clips = {
    "half.mp4": await cellClip({
      seconds: 8,
      cars: [
        { cell: 0, from: 4 },
        { cell: 3, from: 4 },
      ],
    }),
    "none.mp4": await cellClip({ seconds: 4, cars: [] }),
  };
  for (const [name, path] of Object.entries(clips)) {
    await symlink(path, join(cwd, "footage", name));
  }
  const io = testIo({ env: { KERBSIDE_MODELS: "models" }, cwd });
  const line = "tiny --footage footage --every 1s --json";
  expect(await modelsAlarmsCommand.run(line.split(" "), io)).toBe(0);
  expect(JSON.parse(io.out())).toMatchObject({
    pictures: 12,
    failedPictures: 0,
    labels: {
      car: { boxes: 8, pictures: 4, boxesPerPicture: 0.6667, share: 0.3333 },
      person: { boxes: 0, pictures: 0 },
    },
    clips: {
      "half.mp4": { pictures: 8, boxes: { car: 8, person: 0 } },
      "none.mp4": { pictures: 4, boxes: { car: 0, person: 0 } },
    },
  });
});
