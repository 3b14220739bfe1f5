import { expect, test } from "vitest";
import { createCameraState, stepCamera } from "./camera.ts";
import type { CameraState } from "./camera-state.ts";
import { resumeCamera } from "./resume.ts";
import { carAt, lookAt, rulesWith } from "./testing/street.ts";

const rules = rulesWith({ warnAfterMs: 10_000, reportAfterMs: 30_000, clearAfterMs: 10_000 });

/** Looks every two seconds; the car stands in those of `seen`. */
function watch(state: CameraState, from: number, until: number, isThere = true) {
  const stages: string[] = [];
  let next = state;
  for (let second = from; second <= until; second += 2) {
    const step = stepCamera(rules, next, lookAt(second, isThere ? [{ box: carAt(0.3) }] : []));
    next = step.state;
    stages.push(...step.changes.map(({ stage }) => `${stage}@${second}`));
  }
  return { state: next, stages };
}

const before = watch(createCameraState(rules), 0, 20);

const rows = [
  { name: "two seconds", awaySeconds: 2 },
  { name: "as long as a step may be", awaySeconds: 28 },
  { name: "hours", awaySeconds: 10_000 },
];
for (const { name, awaySeconds } of rows) {
  test(`an absence of ${name} is unobserved, and the dwell goes on behind it`, () => {
    expect(before.stages).toEqual(["warned@10"]);
    const back = 20 + awaySeconds;
    const after = watch(resumeCamera(before.state), back, back + 10);
    const [presence] = after.state.presences;
    expect(presence?.id).toBe(before.state.presences[0]?.id);
    expect(presence?.unobservedMs).toBe(awaySeconds * 1_000);
    expect(presence?.observedMs).toBe(30_000);
    expect(after.stages).toEqual([`reported@${back + 10}`]);
  });
}

test("one that left meanwhile is cleared by absence that was seen, not by the time away", () => {
  const missed = watch(before.state, 22, 26, false);
  // Four seconds of absence were seen before, six more are needed.
  expect(watch(resumeCamera(missed.state), 40, 60, false).stages).toEqual(["cleared@46"]);
});

test("cases, history and lane flows stay as they were", () => {
  const { state } = watch(before.state, 22, 60, false);
  const lived = { ...state, cases: before.state.cases };
  expect(lived.history).toHaveLength(1);
  expect(Object.keys(lived.laneFlows)).toHaveLength(1);
  const { presences: _, rechecks: __, ...others } = lived;
  expect(resumeCamera(lived)).toMatchObject(others);
});
