/**
 * What zones, windows, permitted times and changed rules make of things that stand.
 */

import { describe, expect, test } from "vitest";
import { createCameraState, stepCamera } from "./camera.ts";
import type { CameraState } from "./camera-state.ts";
import { viewId, zoneId } from "./domain/ids.ts";
import type { CameraRules, MatterCode } from "./domain/rule.ts";
import { reconcile } from "./reconcile.ts";
import {
  carAt,
  lookAt,
  looksEvery,
  morningMs,
  rectangle,
  ruleOf,
  rulesOf,
  rulesWith,
  runLooks,
  type Seen,
  storyOf,
  zoneOf,
} from "./testing/street.ts";

const times = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };
const parked: Seen = { box: carAt(0.4) };
const stays = (untilSeconds: number) => looksEvery(2, untilSeconds, () => [parked]);

describe("allowed windows", () => {
  // The street's first look is at 08:00:00 local time.
  const allowed = (from: number, to: number) => [{ startMinute: from, endMinute: to }];
  const rows = [
    { name: "nothing happens while it is allowed", allowed: allowed(0, 1_440), want: "" },
    {
      name: "time counts from the end of the window",
      allowed: allowed(470, 481),
      want: "a warned@80, a reported@120",
    },
    {
      name: "a window that comes before the warning starts the clue anew",
      allowed: allowed(480, 481),
      want: "a warned@80, a reported@120",
    },
    {
      name: "a warned thing waits through the window and goes on after it",
      allowed: allowed(481, 482),
      want: "a warned@20, a reported@120",
    },
    {
      name: "a reported thing stays reported",
      allowed: allowed(482, 483),
      want: "a warned@20, a reported@60",
    },
  ];
  for (const { name, allowed, want } of rows) {
    test(name, () => {
      const { changes } = runLooks(rulesWith({ ...times, allowed }), stays(200));
      expect(storyOf(changes)).toBe(want);
    });
  }

  test("what is allowed is counted once, what is forbidden by its stages", () => {
    const rules = rulesWith({ ...times, allowed: allowed(470, 481) });
    const looks = looksEvery(2, 200, (s) => (s < 150 ? [parked] : []));
    const { counts } = runLooks(rules, looks);
    expect(counts.map(({ stage }) => stage)).toEqual([
      "allowed",
      "clue",
      "warned",
      "reported",
      "cleared",
    ]);
    expect(new Set(counts.map(({ hourAtMs }) => hourAtMs))).toEqual(new Set([morningMs]));
  });

  test("a clue that settles by itself is counted, not told", () => {
    const looks = looksEvery(2, 60, (s) => (s < 15 ? [parked] : []));
    const { counts, changes } = runLooks(rulesWith(times), looks);
    expect(changes).toEqual([]);
    expect(counts.map(({ stage }) => stage)).toEqual(["clue", "settled"]);
  });

  test("a missing calendar year is said in the event", () => {
    const rules = rulesWith({
      ...times,
      allowed: [{ ...allowed(0, 60)[0], startMinute: 0, endMinute: 60, days: ["workday"] }],
    });
    const without = { ...rules, calendar: { version: "none", years: [] } };
    const calendarOf = (of: CameraRules) => runLooks(of, stays(30)).changes[0]?.calendar;
    expect(calendarOf(without)).toBe("missing");
    expect(calendarOf(rules)).toBe("known");
    expect(calendarOf(rulesWith(times))).toBe("unused");
  });
});

describe("zones", () => {
  const narrow = (id: string, from: number, to: number, rule = ruleOf(times)) =>
    zoneOf({
      id: zoneId(id),
      polygon: rectangle(from, 0.4, to, 0.8),
      rules: [rule],
    });

  test("a thing in two zones is one violation, told for the stricter rule", () => {
    const strict = ruleOf({ ...times, warnAfterMs: 10_000, reportAfterMs: 30_000 });
    const rules = rulesOf({
      zones: [zoneOf({ rules: [ruleOf(times)] }), narrow("fire", 0.3, 0.6, strict)],
    });
    const { changes } = runLooks(rules, stays(120));
    expect(storyOf(changes)).toBe("a warned@10, a reported@30");
    expect(new Set(changes.map((change) => change.zoneId))).toEqual(new Set(["fire"]));
  });

  test("half of the footprint decides, as the rule says", () => {
    const story = (overlapMin: number) =>
      storyOf(
        runLooks(
          rulesOf({ zones: [narrow("kerb", 0.46, 0.9, ruleOf({ ...times, overlapMin }))] }),
          stays(30),
        ).changes,
      );
    expect(story(0.45)).toBe("a warned@20");
    expect(story(0.55)).toBe("");
  });

  test("a detection below the rule's score is not seen by that rule", () => {
    const looks = looksEvery(2, 80, () => [{ box: carAt(0.4), score: 0.4 }]);
    const story = (scoreMin: number) =>
      storyOf(runLooks(rulesWith({ ...times, scoreMin }), looks).changes);
    expect(story(0.5)).toBe("");
    expect(story(0.3)).toBe("a warned@20, a reported@60");
  });

  test("a thing that two views see is one, and its time is counted once", () => {
    const [first] = rulesOf().views;
    if (first === undefined) throw new Error("the street has a view");
    const rules: CameraRules = {
      ...rulesWith(times),
      views: [first, { ...first, id: viewId("far") }],
    };
    const looks = Array.from({ length: 120 }, (_, i) =>
      // The second view's pictures are a little older than the first one's.
      lookAt(i - (i % 2) * 1.4, [parked], { viewId: viewId(i % 2 === 0 ? "kerb" : "far") }),
    );
    const { changes, state } = runLooks(rules, looks);
    expect(storyOf(changes)).toBe("a warned@20, a reported@60");
    expect(state.presences).toHaveLength(1);
    expect(state.presences[0]?.observedMs).toBe(118_000);
  });

  test("a view that never saw the thing cannot miss it", () => {
    const [first] = rulesOf().views;
    if (first === undefined) throw new Error("the street has a view");
    const rules: CameraRules = {
      ...rulesWith(times),
      views: [first, { ...first, id: viewId("bins") }],
    };
    const seen = stays(80);
    const blind = Array.from({ length: 60 }, (_, i) =>
      lookAt(81 + i * 2, [], { viewId: viewId("bins") }),
    );
    expect(storyOf(runLooks(rules, [...seen, ...blind]).changes)).toBe(
      "a warned@20, a reported@60",
    );
  });
});

describe("what happened before", () => {
  const again = looksEvery(2, 400, (s) => (s < 30 || s >= 200 ? [parked] : []));

  test("one that comes back names the earlier one and is counted", () => {
    const { changes } = runLooks(rulesWith(times), again);
    expect(storyOf(changes)).toBe("a warned@20, a cleared@40, b warned@220, b reported@260");
    const [first, , second] = changes;
    expect(first?.recursFrom).toBeNull();
    expect(first?.occurrences).toEqual({ days7: 1, days30: 1 });
    expect(second?.recursFrom).toBe(first?.violationId);
    expect(second?.occurrences).toEqual({ days7: 2, days30: 2 });
  });

  test("outside the recurrence window it names nothing", () => {
    const { changes } = runLooks(rulesWith({ ...times, recurrenceWindowMs: 60_000 }), again);
    expect(changes[2]?.recursFrom).toBeNull();
  });
});

describe("rules that change", () => {
  const rules = rulesWith(times);
  const open = (): CameraState => runLooks(rules, stays(30)).state;
  const atMs = morningMs + 40_000;

  test("the same rules change nothing", () => {
    const state = open();
    expect(reconcile(rules, state, atMs)).toEqual({ state, changes: [], counts: [] });
  });

  const rows: readonly { readonly name: string; readonly rules: CameraRules }[] = [
    { name: "a zone that was removed", rules: { ...rules, zones: [] } },
    { name: "a rule that was removed", rules: { ...rules, zones: [zoneOf({ rules: [] })] } },
    {
      name: "a zone that was moved elsewhere",
      rules: {
        ...rules,
        zones: [
          zoneOf({
            polygon: [
              { x: 0.7, y: 0.4 },
              { x: 0.9, y: 0.4 },
              { x: 0.9, y: 0.8 },
            ],
            rules: [ruleOf(times)],
          }),
        ],
      },
    },
    {
      name: "a view that was turned away",
      rules: {
        ...rules,
        views: rules.views.map((view) => ({
          ...view,
          crop: { xMin: 0.6, yMin: 0, xMax: 1, yMax: 1 },
        })),
      },
    },
  ];
  for (const { name, rules: changed } of rows) {
    test(`${name} withdraws what was told`, () => {
      const { state, changes, counts } = reconcile(changed, open(), atMs);
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatchObject({
        stage: "withdrawn",
        endReason: "rule-removed",
        revision: 2,
        atMs,
        clearedAtMs: null,
      });
      expect(changes[0]?.reason.zh.length).toBeLessThanOrEqual(200);
      expect(counts.map(({ stage }) => stage)).toEqual(["withdrawn"]);
      expect(state.cases).toEqual([]);
    });
  }

  test("a zone edit keeps the presence, and a rule that comes back finds its dwell", () => {
    const without = reconcile({ ...rules, zones: [] }, open(), atMs).state;
    expect(without.presences).toHaveLength(1);
    const back = reconcile(rules, without, atMs + 1_000).state;
    const { state, changes } = stepCamera(rules, back, lookAt(42, [parked]));
    expect(changes).toEqual([]);
    expect(state.presences[0]?.observedMs).toBe(42_000);
    const told = new Set(open().history.map(({ violationId }) => violationId));
    expect(state.cases.map(({ violationId }) => told.has(violationId))).toEqual([false]);
  });

  test("other thresholds hold from the next look on", () => {
    const stricter = rulesWith({ ...times, reportAfterMs: 25_000 });
    const { state } = reconcile(stricter, open(), atMs);
    expect(stepCamera(stricter, state, lookAt(30, [parked])).changes[0]?.stage).toBe("reported");
  });
});

test("the code of a zone's tag goes before the sub-kind's", () => {
  const lane = { ...rulesOf().matters["motor-vehicle"], code: "09012" } as MatterCode;
  const inLane = rulesWith(times);
  const rules = {
    ...inLane,
    zones: inLane.zones.map((zone) => ({ ...zone, tags: ["school", "fire-lane"] })),
    matters: { ...inLane.matters, "tag:fire-lane": lane },
  };
  expect(runLooks(rules, stays(30)).changes[0]?.matter.code).toBe("09012");
  expect(runLooks(inLane, stays(30)).changes[0]?.matter.code).toBe("09009");
});

test("a full bin in a fire lane is a full bin", () => {
  const lane = { ...rulesOf().matters["motor-vehicle"], code: "09012" } as MatterCode;
  const bins = rulesWith({ ...times, kind: "overflowing-bin" });
  const rules = {
    ...bins,
    zones: bins.zones.map((zone) => ({ ...zone, tags: ["fire-lane"] })),
    matters: { ...bins.matters, "tag:fire-lane": lane },
  };
  const looks = looksEvery(2, 30, () => [{ box: carAt(0.4), label: "overflowing-bin" }]);
  expect(runLooks(rules, looks).changes[0]?.matter.code).toBe("06042");
});

test("a table may have a code for a reason", () => {
  const market = { ...rulesOf().matters["stall"], code: "09002" } as MatterCode;
  const allowed = [{ startMinute: 360, endMinute: 480 }];
  const vending = rulesWith({ ...times, kind: "street-vending", allowed });
  const rules = { ...vending, matters: { ...vending.matters, "stall:out-of-hours": market } };
  const person: Seen = { box: { xMin: 0.43, yMin: 0.5, xMax: 0.46, yMax: 0.6 }, label: "person" };
  const looks = looksEvery(2, 30, () => [{ box: carAt(0.4), label: "stall" }, person]);
  expect(runLooks(rules, looks).changes[0]?.matter.code).toBe("09002");
});

describe("what is refused", () => {
  test("a look of another camera", () => {
    const rules = rulesOf();
    const look = { ...lookAt(0, []), cameraId: "west" as typeof rules.cameraId };
    expect(() => stepCamera(rules, createCameraState(rules), look)).toThrow(RangeError);
  });

  test("a rule without its matter code", () => {
    expect(() => runLooks({ ...rulesWith(times), matters: {} }, stays(30))).toThrow(
      "no matter code for sub-kind motor-vehicle",
    );
  });
});
