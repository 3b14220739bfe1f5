/**
 * What goes wrong with a flapping camera, one thing after the other, drawn from a seed: it breaks
 * off, hangs, refuses, sends damaged packets or another picture; in between it is well.
 */

import { seededRandom } from "../../test-fixtures/camera-server/seeded-random.ts";
import type { FaultDescription } from "../../test-fixtures/camera-server/server-description.ts";

export interface Trouble {
  /** Of the camera, from the start. */
  readonly atMs: number;
  /** None: it is well. */
  readonly faults: readonly FaultDescription[];
  readonly name: string;
}

const kinds: readonly FaultDescription[] = [
  { kind: "reset", everyMs: 3_000 },
  { kind: "half-frame" },
  { kind: "freeze" },
  { kind: "stall", forMs: 6_000, afterwards: "burst" },
  { kind: "refuse" },
  { kind: "unauthorised" },
  { kind: "not-found" },
  { kind: "error-status", status: 503, reason: "Service Unavailable" },
  { kind: "packet-loss", ratio: 0.05 },
  { kind: "garbage", where: "rtp" },
  { kind: "garbage", where: "stream" },
  { kind: "garbage", where: "reply" },
  { kind: "length-lie" },
  { kind: "endless-header" },
  { kind: "clock-jump", byMs: -3_600_000 },
  // Another size and other parameter sets in the middle of the stream.
  { kind: "switch-clip", clip: { made: { width: 640, height: 360, gopSeconds: 1 } } },
];

const troubleMs = { min: 5_000, max: 25_000 } as const;
const wellMs = { min: 15_000, max: 40_000 } as const;

/** `streetFile`: what it shows when it is well. Ends with a camera that is well, before `untilMs`. */
export function troublesOf(
  camera: string,
  options: { readonly seed: number; readonly untilMs: number; readonly streetFile: string },
): readonly Trouble[] {
  const { seed, untilMs, streetFile } = options;
  const random = seededRandom(seed, camera, "troubles");
  const between = ({ min, max }: { readonly min: number; readonly max: number }): number =>
    Math.round(min + random.fraction() * (max - min));
  const troubles: Trouble[] = [];
  // Every kind once, in an order of its own, before one comes again.
  let left: FaultDescription[] = [];
  for (let atMs = between(wellMs); ; ) {
    if (left.length === 0) left = [...kinds];
    const [fault] = left.splice(Math.floor(random.fraction() * left.length), 1);
    const healedAtMs = atMs + between(troubleMs);
    if (fault === undefined || healedAtMs >= untilMs) return troubles;
    const back: readonly FaultDescription[] =
      fault.kind === "switch-clip" ? [{ kind: "switch-clip", clip: { file: streetFile } }] : [];
    troubles.push({ atMs, faults: [fault], name: fault.kind });
    troubles.push({ atMs: healedAtMs, faults: back, name: "well" });
    atMs = healedAtMs + between(wellMs);
  }
}
