/**
 * A camera's state as it comes back from the database: damaged text, taken up as at a start, and a
 * few looks after it.
 *
 * Holds for every input: it is used or a fresh one is; the rules go on with either, and what they
 * decide is an event that fits its schema; what is used is stored and read back as it was.
 */
import fc from "fast-check";
import { stepCamera } from "../../../pipelines/camera.ts";
import { parseCameraState, serialiseCameraState } from "../../../pipelines/camera-state.ts";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { reconcile } from "../../../pipelines/reconcile.ts";
import { resumeCamera } from "../../../pipelines/resume.ts";
import {
  carAt,
  lookAt,
  looksEvery,
  morningMs,
  ruleOf,
  rulesOf,
  runLooks,
  zoneOf,
} from "../../../pipelines/testing/street.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileIn, type Json } from "../hostile-values.ts";

const kinds = [
  "illegal-parking",
  "street-vending",
  "overflowing-bin",
  "unlicensed-signage",
] as const;
const rules = rulesOf({ zones: [zoneOf({ rules: kinds.map((kind) => ruleOf({ kind })) })] });
const seen = [
  { box: carAt(0.4) },
  { box: carAt(0.6), label: "stall" as const },
  { box: carAt(0.2), label: "overflowing-bin" as const },
  { box: carAt(0.8), label: "signboard" as const },
  { box: carAt(0.5), label: "person" as const },
];
const stories = [10, 100, 400].map((until) =>
  serialiseCameraState(
    runLooks(
      rules,
      looksEvery(2, until, () => seen),
    ).state,
  ),
);
const cleared = runLooks(
  rules,
  looksEvery(2, 700, (second) => (second < 350 ? seen : [])),
);
const states = [...stories, serialiseCameraState(cleared.state)];
const later = [2, 4, 6].map((seconds) => lookAt(800 + seconds, seconds < 6 ? seen : []));

export const cameraStates: FuzzTarget = {
  name: "camera-state",
  corpus: () => states.map((text) => Buffer.from(text)),
  tokens: [
    '"gap":',
    '"place":',
    '"lastChange":null',
    "null",
    "1e300",
    "-1",
    '"stage":"reported"',
    "[]",
  ],
  arbitrary: fc
    .constant(states.map((text) => JSON.parse(text) as Json)) // Ours.
    .chain(hostileIn)
    .map((value) => Buffer.from(JSON.stringify(value))),
  run: (bytes) => {
    const text = Buffer.from(bytes).toString("utf8");
    const { state: saved, freshBecause } = parseCameraState(text, cameraId("east"));
    if (freshBecause !== undefined && freshBecause.length > 400) throw new Error("a long reason");
    const again = parseCameraState(serialiseCameraState(saved), cameraId("east"));
    if (again.freshBecause !== undefined) throw new Error(`not read back: ${again.freshBecause}`);
    const resumed = reconcile(rules, resumeCamera(saved), morningMs + 800_000);
    let { state } = resumed;
    const changes = [...resumed.changes];
    for (const look of later) {
      const step = stepCamera(rules, state, look);
      state = step.state;
      changes.push(...step.changes);
    }
    for (const { observedMs, unobservedMs, atMs } of changes) {
      if (![observedMs, unobservedMs, atMs].every(Number.isFinite)) throw new Error("no number");
    }
    const { freshBecause: why } = parseCameraState(serialiseCameraState(state), cameraId("east"));
    if (why !== undefined) throw new Error(`what came of it is not read back: ${why}`);
  },
  isExpected: () => false,
  memoryBoundBytes: 64 * 1_024 * 1_024,
  testInputs: 100,
};
