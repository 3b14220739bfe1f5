/**
 * A folder with a small detection log and configurations, for tests of replay and explain: two
 * cameras on a street, looked at every two seconds.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { Look } from "../../../pipelines/domain/look.ts";
import { carAt, lookAt, type Seen } from "../../../pipelines/testing/street.ts";
import { LookLog } from "../../look-log.ts";
import { SimulatedClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { openStore } from "../../store/sqlite-store.ts";

export interface StreetRule {
  readonly warnAfter?: string;
  readonly reportAfter?: string;
  readonly clearAfter?: string;
  readonly recheckAfter?: string;
  readonly allowed?: readonly { readonly daily: string }[];
}

export interface StreetConfig {
  readonly rule?: StreetRule;
  readonly polygon?: readonly (readonly [number, number])[];
  readonly cameras?: readonly string[];
}

const kerb = [
  [0.05, 0.4],
  [0.95, 0.4],
  [0.95, 0.8],
  [0.05, 0.8],
] as const;

export class StreetFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "kerbside-replay-"));

  /** Name of the written file. */
  config(
    name: string,
    { rule = {}, polygon = kerb, cameras = ["east"] }: StreetConfig = {},
  ): string {
    const times = { warnAfter: "20s", reportAfter: "1m", clearAfter: "10s", ...rule };
    const file = join(this.path, name);
    const document = {
      version: 1,
      device: { id: "test", division: "445102", location: [116.647, 23.67] },
      cameras: cameras.map((id) => ({
        id,
        url: "rtsp://192.0.2.11/main",
        location: [116.647, 23.67],
        views: [{ id: "kerb", every: "2s", model: "yolox-nano" }],
        zones: [{ id: "kerb", polygon, rules: [{ kind: "illegal-parking", ...times }] }],
      })),
    };
    writeFileSync(file, JSON.stringify(document));
    return file;
  }

  /** Runs of the agent, one after the other, as it would have logged them. */
  async log(...runs: readonly (readonly Look[])[]): Promise<void> {
    for (const looks of runs) {
      const store = await openStore({ folder: this.path });
      const log = new LookLog({ store, clock: new SimulatedClock(), log: silentLog });
      for (const look of looks) {
        log.add(look);
        if (log.waitingCount >= 1_000) await log.flush();
      }
      await log.flush();
      await store.close();
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Looks of one camera, from second to second; a car may stand at the kerb. */
export function street(
  fromSeconds: number,
  untilSeconds: number,
  { car = true, camera = "east" }: { readonly car?: boolean; readonly camera?: string } = {},
): readonly Look[] {
  const looks: Look[] = [];
  const seen: readonly Seen[] = car ? [{ box: carAt(0.4) }] : [];
  for (let seconds = fromSeconds; seconds < untilSeconds; seconds += 2) {
    looks.push(lookAt(seconds, seen, { cameraId: cameraId(camera) }));
  }
  return looks;
}
