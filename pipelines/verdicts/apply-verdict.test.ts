/**
 * A person's word on violations of a street: what it withdraws, what it leaves alone, and that the
 * same thing does not come back.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CameraState } from "../camera-state.ts";
import { parseCameraState, serialiseCameraState } from "../camera-state.ts";
import { type ViolationId, violationId } from "../domain/ids.ts";
import { reconcile } from "../reconcile.ts";
import { resumeCamera } from "../resume.ts";
import { carAt, looksEvery, morningMs, rulesOf, runLooks, storyOf } from "../testing/street.ts";
import type { ViolationChange } from "../violation-change.ts";
import { applyVerdict, noteCaseNo, type Verdict } from "./apply-verdict.ts";

const rules = rulesOf();
const parked = (fromSeconds: number, untilSeconds: number) =>
  looksEvery(2, untilSeconds, (seconds) =>
    seconds < untilSeconds ? [{ box: carAt(0.4) }] : [],
  ).filter(({ capturedAtMs }) => capturedAtMs >= morningMs + fromSeconds * 1_000);
const at = (seconds: number): number => morningMs + seconds * 1_000;

/** A car that was warned of after a minute, at second 100. */
function warned(): { readonly state: CameraState; readonly id: ViolationId } {
  const { state, changes } = runLooks(rules, parked(0, 100));
  return { state, id: changes[0]?.violationId ?? violationId("none") };
}

function goOn(state: CameraState, looks: ReturnType<typeof parked>) {
  let isFirst = true;
  return runLooks(rules, looks, (fresh) => {
    if (!isFirst) return fresh;
    isFirst = false;
    return state;
  });
}

test("dismissed: withdrawn, and the same thing does not come back", () => {
  const { state, id } = warned();
  const { changes, counts, outcome, ...applied } = applyVerdict(
    rules,
    state,
    { violationId: id, word: "dismissed", caseNo: "2026-17" },
    at(100),
  );
  expect(outcome).toBe("withdrawn");
  expect(changes).toMatchObject([
    { revision: 2, stage: "withdrawn", endReason: "verdict", caseNo: "2026-17", atMs: at(100) },
  ]);
  expect(changes[0]?.reason.en).toContain("a person judged that it is none");
  expect(counts).toMatchObject([{ stage: "withdrawn", count: 1 }]);
  const after = goOn(applied.state, parked(100, 2_000));
  expect(after.changes).toEqual([]);
  expect(after.state.history).toEqual([]);
});

test("another thing at the same place is another matter", () => {
  const { state, id } = warned();
  const verdict: Verdict = { violationId: id, word: "dismissed" };
  const dismissed = applyVerdict(rules, state, verdict, at(100)).state;
  const looks = looksEvery(2, 800, (seconds) =>
    seconds < 200 || seconds > 400 ? [{ box: carAt(0.4) }] : [],
  ).filter(({ capturedAtMs }) => capturedAtMs >= at(100));
  expect(storyOf(goOn(dismissed, looks).changes)).toBe("a warned@462, a reported@702");
});

test("permitted: withdrawn and quiet until the end, new then", () => {
  const { state, id } = warned();
  const verdict: Verdict = { violationId: id, word: "permitted", untilMs: at(600) };
  const applied = applyVerdict(rules, state, verdict, at(100));
  expect(applied.changes).toMatchObject([{ stage: "withdrawn", endReason: "permit" }]);
  const after = goOn(applied.state, parked(100, 1_000));
  expect(storyOf(after.changes)).toBe("a warned@660, a reported@900");
  expect(after.changes[0]?.violationId).not.toBe(id);
});

test("confirmed changes nothing in the street, and its case number goes on", () => {
  const { state, id } = warned();
  const verdict: Verdict = { violationId: id, word: "confirmed", caseNo: "2026-17" };
  const applied = applyVerdict(rules, state, verdict, at(100));
  expect([applied.outcome, applied.changes]).toEqual(["noted", []]);
  const { changes } = goOn(applied.state, [
    ...parked(100, 310),
    ...looksEvery(2, 400, () => []).filter(({ capturedAtMs }) => capturedAtMs >= at(310)),
  ]);
  expect(changes.map(({ stage, caseNo }) => [stage, caseNo])).toEqual([
    ["reported", "2026-17"],
    ["cleared", "2026-17"],
  ]);
});

test("the number of a case that the hub opened goes with every later event", () => {
  const { state, id } = warned();
  const noted = noteCaseNo(state, id, "2026-17");
  expect(noteCaseNo(noted, id, "2026-17")).toBe(noted);
  expect(noteCaseNo(state, violationId("other"), "2026-17")).toBe(state);
  expect(goOn(noted, parked(100, 310)).changes[0]?.caseNo).toBe("2026-17");
});

test("a second word on what was withdrawn, and a word on nothing, change nothing", () => {
  const { state, id } = warned();
  const dismissed = applyVerdict(rules, state, { violationId: id, word: "dismissed" }, at(100));
  for (const word of ["confirmed", "dismissed"] as const) {
    const again = applyVerdict(rules, dismissed.state, { violationId: id, word }, at(101));
    expect([again.outcome, again.changes, again.counts]).toEqual(["ended", [], []]);
  }
  const unknown = { violationId: violationId("none"), word: "dismissed" } as const;
  expect(applyVerdict(rules, state, unknown, at(100))).toEqual({
    state,
    changes: [],
    counts: [],
    outcome: "not-here",
  });
});

test("a dismissed thing stays quiet over restarts, reloads and nights that nobody saw", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("look", "restart", "reload", "night"), { maxLength: 40 }),
      (steps) => {
        const { state, id } = warned();
        const verdict: Verdict = { violationId: id, word: "dismissed" };
        let current = applyVerdict(rules, state, verdict, at(100)).state;
        let seconds = 100;
        const told: ViolationChange[] = [];
        for (const step of steps) {
          if (step === "night") seconds += 30_000;
          if (step === "restart") {
            const { state: parsed } = parseCameraState(
              serialiseCameraState(current),
              rules.cameraId,
            );
            current = resumeCamera(parsed);
          }
          if (step === "reload") {
            const reloaded = reconcile(rulesOf(), current, at(seconds));
            told.push(...reloaded.changes);
            current = reloaded.state;
          }
          const run = goOn(
            current,
            parked(0, 200).map((look, index) => ({
              ...look,
              capturedAtMs: at(seconds + 2 + index * 2),
            })),
          );
          told.push(...run.changes);
          current = run.state;
          seconds += 200;
        }
        expect(told).toEqual([]);
      },
    ),
    { numRuns: 30 },
  );
});
