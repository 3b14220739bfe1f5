import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../config/load.ts";
import { kinds } from "../../pipelines/domain/kind.ts";
import { soakFile } from "./soak-file.ts";

const listOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${name}-${index + 1}`,
    url: `rtsp://127.0.0.1:8554/${name}-${index + 1}`,
  }));
const [good, flapping] = [listOf("good", 11), listOf("flaps", 5)];

test("every turn is a valid file in which good cameras look as they always did", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-soak-file-"));
  const load = async (turn: number) => {
    const path = join(folder, "junction.yaml");
    await writeFile(path, soakFile({ good, flapping, hubUrl: "mqtt://127.0.0.1:1883", turn }));
    const loaded = loadConfig(path, { env: {}, nowMs: 0, models: ["street-nano"] });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    return loaded.config.cameras;
  };
  try {
    const first = await load(0);
    expect(first).toHaveLength(16);
    for (const { rules } of first) {
      const found = rules.zones.flatMap((zone) => zone.rules.map(({ kind }) => kind));
      expect(found.toSorted()).toEqual(kinds.toSorted());
    }
    for (let turn = 1; turn <= 6; turn++) {
      const cameras = await load(turn);
      expect(cameras).toHaveLength(15);
      const goodIds = good.map(({ id }) => id);
      const viewsOf = (of: typeof cameras) =>
        of.filter(({ id }) => goodIds.includes(id)).map(({ rules }) => rules.views);
      expect(viewsOf(cameras)).toEqual(viewsOf(first));
      expect(cameras, "and yet it is another file").not.toEqual(first);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
