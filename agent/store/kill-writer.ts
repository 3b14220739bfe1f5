/**
 * The child of `kill.e2e.test.ts`: four cameras commit revisions side by side until it is killed.
 *
 * Prints `eventId sequence` after the store's promise resolved, never before. Goes on where the
 * state of the last run stopped.
 */
import { writeSync } from "node:fs";
import { type CameraId, cameraId } from "../../pipelines/domain/ids.ts";
import { revisionOf, t0 } from "./sample-rows.ts";
import { openStore } from "./sqlite-store.ts";

const store = await openStore({ folder: process.argv[2] ?? "" });
const states = await store.loadCameraStates();

async function writeForEver(camera: CameraId): Promise<never> {
  const before = JSON.parse(states.get(camera) ?? '{"last":".0"}') as { readonly last: string };
  for (let revision = Number(before.last.split(".")[1]) + 1; ; revision++) {
    const row = revisionOf(`v-${camera}`, revision, "reported", { cameraId: camera });
    const { sequences } = await store.commit({
      cameraStates: [{ cameraId: camera, stateJson: JSON.stringify({ last: row.eventId }) }],
      revisions: [row],
      nowMs: t0,
    });
    writeSync(1, `${row.eventId} ${sequences[0]}\n`);
  }
}

await Promise.all(["north", "east", "south", "west"].map((name) => writeForEver(cameraId(name))));
