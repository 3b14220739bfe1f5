import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../../config/load.ts";
import { kinds } from "../../../pipelines/domain/kind.ts";
import { benchFile } from "./bench-file.ts";

test("every camera looks for all four kinds in one view, due at times of its own", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-bench-file-"));
  try {
    const path = join(folder, "bench.yaml");
    const cameras = Array.from({ length: 64 }, (_, index) => ({
      id: `camera-${index + 1}`,
      url: `rtsp://127.0.0.1:8554/camera-${index + 1}`,
      substream: `rtsp://127.0.0.1:8554/camera-${index + 1}-sub`,
    }));
    const text = benchFile({
      cameras,
      hubUrl: "mqtt://127.0.0.1:1883",
      everyMs: 10_000,
      reuseMs: 0,
      model: "street-nano",
      dueMs: [10_000, 120_000],
      hasEvidence: false,
      more: {},
    });
    await writeFile(path, text);
    const loaded = loadConfig(path, { env: {}, nowMs: 0, models: ["street-nano"] });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    const [first, second] = loaded.config.cameras;
    expect(loaded.config.cameras.length).toBe(64);
    expect(first?.rules.views).toMatchObject([{ everyMs: 10_000, stream: "sub" }]);
    const found = first?.rules.zones.flatMap(({ rules }) => rules.map(({ kind }) => kind));
    expect(found?.toSorted()).toEqual(kinds.toSorted());
    expect(first?.rules.zones[0]?.rules[0]).not.toEqual(second?.rules.zones[0]?.rules[0]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
