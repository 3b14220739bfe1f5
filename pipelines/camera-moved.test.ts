/** A camera that was moved: what was told is withdrawn, nothing that stood there goes on. */
import { expect, test } from "vitest";
import { createCameraState } from "./camera.ts";
import { withdrawMoved } from "./camera-moved.ts";
import type { CameraState } from "./camera-state.ts";
import type { Look } from "./domain/look.ts";
import { carAt, lookAt, morningMs, rulesWith, runLooks } from "./testing/street.ts";
import { applyVerdict } from "./verdicts/apply-verdict.ts";

const rules = rulesWith({ warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 });
/** A look every two seconds. */
const standing = (fromSeconds: number, untilSeconds: number) =>
  Array.from({ length: (untilSeconds - fromSeconds) / 2 }, (_, index) =>
    lookAt(fromSeconds + 2 * index, [{ box: carAt(0.4) }]),
  );
/** On top of what was known. */
const goOn = (known: CameraState, looks: readonly Look[]) => {
  let isFirst = true;
  return runLooks(rules, looks, (state) => {
    const before = isFirst ? known : state;
    isFirst = false;
    return before;
  });
};

test("a warned violation is withdrawn, once, and its place is forgotten", () => {
  const { state } = runLooks(rules, standing(0, 30));
  const moved = withdrawMoved(state, morningMs + 40_000);
  expect(moved.changes).toMatchObject([
    { stage: "withdrawn", endReason: "camera-moved", revision: 2, clearedAtMs: null },
  ]);
  expect(moved.changes[0]?.reason).toEqual({
    zh: expect.stringContaining("摄像机视角已移动"),
    en: expect.stringContaining("the camera has moved"),
  });
  expect(moved.counts).toHaveLength(1);
  expect(moved.state.cases).toEqual([]);
  expect(moved.state.presences).toEqual([]);
  expect(withdrawMoved(moved.state, morningMs + 50_000).changes).toEqual([]);
});

test("put back, the same thing begins anew and names the violation before", () => {
  const first = runLooks(rules, standing(0, 30));
  const moved = withdrawMoved(first.state, morningMs + 40_000);
  const { changes } = goOn(moved.state, standing(60, 90));
  expect(changes).toMatchObject([
    {
      stage: "warned",
      recursFrom: first.changes[0]?.violationId,
      firstSeenAtMs: morningMs + 60_000,
    },
  ]);
});

test("a clue that nobody was told is dropped without a word", () => {
  const { state } = runLooks(rules, standing(0, 10));
  const moved = withdrawMoved(state, morningMs + 20_000);
  expect([moved.changes, moved.state.cases]).toEqual([[], []]);
});

test("what a person dismissed stays dismissed", () => {
  const first = runLooks(rules, standing(0, 30));
  const violationId = first.changes[0]?.violationId;
  if (violationId === undefined) throw new Error("nothing was warned");
  const dismissed = applyVerdict(
    rules,
    first.state,
    { violationId, word: "dismissed" },
    morningMs + 31_000,
  );
  const moved = withdrawMoved(dismissed.state, morningMs + 40_000);
  expect(moved.changes).toEqual([]);
  expect(goOn(moved.state, standing(60, 120)).changes).toEqual([]);
});

test("an empty camera has nothing to withdraw", () => {
  expect(withdrawMoved(createCameraState(rules), morningMs).changes).toEqual([]);
});
