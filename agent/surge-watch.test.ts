/** What the hub hears of a surge: once, for the grid it is in, from the rules' own history. */
import { expect, test } from "vitest";
import type { AgentConfig } from "../config/agent-config.ts";
import { createCameraState } from "../pipelines/camera.ts";
import { type CameraId, cameraId, eventId, violationId, zoneId } from "../pipelines/domain/ids.ts";
import type { Kind } from "../pipelines/domain/kind.ts";
import { morningMs, rulesOf } from "../pipelines/testing/street.ts";
import { silentLog } from "./runtime/log.ts";
import { MemoryStore } from "./store/memory-store.ts";
import type { RevisionRow } from "./store/store.ts";
import { SurgeWatch } from "./surge-watch.ts";

const hourMs = 3_600_000;
const place = { xMin: 0.1, yMin: 0.1, xMax: 0.2, yMax: 0.2 };
const grids: Readonly<Record<string, string | undefined>> = {
  east: "445102001001001",
  west: "445102001001001",
  north: undefined,
};

/** `warned`: camera and hours after the first morning, in the history of its rules. */
function watchOf(warned: readonly (readonly [string, number])[]) {
  const store = new MemoryStore();
  const device = { id: "box", division: "445102", timeZone: "Asia/Shanghai" };
  const cameras = Object.entries(grids).map(([id, grid]) => ({ id: cameraId(id), grid }));
  const config = { device, cameras, surge: { countMin: 3, factor: 3 } };
  let appendedCount = 0;
  const watch = new SurgeWatch({
    store,
    log: silentLog,
    // What the watch reads of a configuration.
    config: () => config as unknown as AgentConfig,
    stateOf: (id: CameraId) => ({
      ...createCameraState(rulesOf({ cameraId: id })),
      history: warned
        .filter(([camera]) => camera === id)
        .map(([camera, hours]) => ({
          violationId: violationId(`${camera}${hours}`),
          kind: "illegal-parking" as const,
          place,
          warnedAtMs: morningMs + hours * hourMs,
        })),
    }),
    nowMs: () => morningMs + 100 * hourMs,
    onAppended: () => {
      appendedCount += 1;
    },
  });
  const events = async () =>
    (await store.outboxAfter(0, 10)).map(({ payload }) =>
      JSON.parse(new TextDecoder().decode(payload)),
    );
  return { watch, events, appendedCount: () => appendedCount };
}

function row(camera: string, hours: number, kind: Kind = "illegal-parking"): RevisionRow {
  const id = violationId(`${camera}${hours}`);
  return {
    eventId: eventId(id, 1),
    violationId: id,
    revision: 1,
    stage: "warned",
    kind,
    severity: "blue",
    cameraId: cameraId(camera),
    zoneId: zoneId("kerb"),
    occurredAtMs: morningMs + hours * hourMs,
    event: {},
  };
}

const surge: readonly (readonly [string, number])[] = [
  ["east", 0],
  ["east", 30],
  ["west", 99.5],
  ["east", 99.8],
  ["east", 100],
];

test("warnings of all cameras in a grid add up to one alarm", async () => {
  const { watch, events, appendedCount } = watchOf(surge);
  watch.committed([row("east", 100), row("east", 100)]);
  expect(await events()).toMatchObject([
    {
      type: "city.kerbside.surge.v1",
      data: { grid: "445102001001001", kind: "illegal-parking", count: 3 },
    },
  ]);
  expect(appendedCount()).toBe(1);
});

const quiet = [
  { name: "another kind", row: row("east", 100, "street-vending") },
  { name: "a camera of no grid", row: row("north", 100) },
  { name: "a camera that is not configured any more", row: row("south", 100) },
  { name: "a report", row: { ...row("east", 100), stage: "reported" as const } },
];
for (const { name, row: committed } of quiet) {
  test(`no alarm for ${name}`, async () => {
    const { watch, events } = watchOf(surge);
    watch.committed([committed]);
    expect(await events()).toEqual([]);
  });
}
