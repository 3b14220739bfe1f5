import { describe, expect, test } from "vitest";
import { carAt, lookAt, morningMs, type Seen } from "../testing/street.ts";
import { depart, type LaneFlow, laneFlowLimits, mayBeWaiting, noFlow } from "./lane-flow.ts";
import type { Presence } from "./presence.ts";
import { stepPresences } from "./step-presences.ts";

/** A presence as stepping makes it, with the times of the case. */
function standing(fromSeconds: number, untilSeconds: number, x = 0.4): Presence {
  const seen: readonly Seen[] = [{ box: carAt(x) }];
  let presences: readonly Presence[] = [];
  for (const look of [lookAt(fromSeconds, seen), lookAt(fromSeconds + 2, seen)]) {
    ({ presences } = stepPresences(presences, look, {
      everyMs: 2_000,
      isTracked: () => true,
      scoreMin: 0,
      clearAfterMs: () => 10_000,
      isPinned: () => false,
    }));
  }
  const [presence] = presences;
  if (presence === undefined) throw new Error("the car was not met");
  return {
    ...presence,
    lastSeenAtMs: morningMs + untilSeconds * 1_000,
    observedMs: (untilSeconds - fromSeconds) * 1_000,
  };
}

const flowOf = (...departures: readonly (readonly [number, number])[]): LaneFlow =>
  departures.reduce((flow, [from, until]) => depart(flow, standing(from, until)), noFlow);

describe("releases", () => {
  const rows = [
    { name: "one that leaves is no release", flow: flowOf([0, 40]), counts: [] },
    { name: "three together are one", flow: flowOf([0, 40], [2, 42], [4, 44]), counts: [3] },
    { name: "half a minute apart are none", flow: flowOf([0, 40], [0, 70]), counts: [] },
    {
      name: "two queues are two",
      flow: flowOf([0, 40], [0, 42], [60, 100], [60, 101]),
      counts: [2, 2],
    },
    { name: "who passes is no member", flow: flowOf([38, 40], [39, 41], [40, 42]), counts: [] },
    { name: "who parked for long is none", flow: flowOf([0, 1_000], [0, 1_001]), counts: [] },
  ];
  for (const { name, flow, counts } of rows) {
    test(name, () => expect(flow.releases.map(({ count }) => count)).toEqual(counts));
  }

  test("what is remembered is bounded", () => {
    let flow = noFlow;
    for (let i = 0; i < 100; i += 1) {
      flow = depart(flow, standing(i * 100, i * 100 + 40));
      flow = depart(flow, standing(i * 100, i * 100 + 41));
    }
    expect(flow.departures).toHaveLength(laneFlowLimits.departuresMax);
    expect(flow.releases).toHaveLength(laneFlowLimits.releasesMax);
  });
});

describe("waiting", () => {
  const red = flowOf([0, 40], [2, 41], [4, 42]);
  const queueAt = (s: number): readonly (readonly [number, number])[] =>
    [0, 1, 2].map((car) => [s + car, s + car + 40]);
  const evening = flowOf(...queueAt(0), ...queueAt(100), ...queueAt(200));
  const rows = [
    {
      name: "after a release, standing as long may be waiting",
      flow: red,
      from: 60,
      until: 110,
      want: true,
    },
    { name: "more than twice as long is parking", flow: red, from: 60, until: 141, want: false },
    { name: "who stayed when they left is parked", flow: red, from: 10, until: 62, want: false },
    {
      name: "a lane that never moved excuses nobody",
      flow: noFlow,
      from: 60,
      until: 70,
      want: false,
    },
    {
      name: "two that left together once may be chance",
      flow: flowOf([0, 40], [0, 41]),
      from: 60,
      until: 70,
      want: false,
    },
    {
      name: "half an hour later nothing is known of the lane",
      flow: red,
      from: 1_900,
      until: 1_910,
      want: false,
    },
    {
      name: "the first queue after a night, in a lane that moved off in queues all evening",
      flow: evening,
      from: 30_000,
      until: 30_070,
      want: true,
    },
    {
      name: "who stands there for longer is parked all the same",
      flow: evening,
      from: 30_000,
      until: 30_081,
      want: false,
    },
    {
      name: "a day later nothing is known of it",
      flow: evening,
      from: 90_000,
      until: 90_010,
      want: false,
    },
    {
      name: "pairs that left together are no lane the next morning",
      flow: flowOf([0, 40], [0, 41], [100, 140], [100, 141], [200, 240], [200, 241]),
      from: 30_000,
      until: 30_010,
      want: false,
    },
  ];
  for (const { name, flow, from, until, want } of rows) {
    test(name, () => {
      expect(mayBeWaiting(standing(from, until), flow, morningMs + until * 1_000)).toBe(want);
    });
  }
});

describe("two that left together, and who comes next", () => {
  const front = 0.6;
  const rear = 0.4;
  const pair = [standing(0, 40, front), standing(2, 42, rear)].reduce(depart, noFlow);
  const rows = [
    { name: "two others, into their places", came: [60, front], with: [62, rear], want: true },
    { name: "the rear one of them, too", came: [62, rear], with: [60, front], want: true },
    { name: "one alone", came: [60, front], with: undefined, want: false },
    { name: "two others, half a minute apart", came: [60, front], with: [30, rear], want: false },
    { name: "two others, one elsewhere", came: [60, front], with: [62, 0.2], want: false },
    { name: "one that stood there before", came: [60, front], with: [10, rear], want: false },
  ] as const;
  for (const { name, came, with: other, want } of rows) {
    test(`${name}: ${want ? "a queue" : "chance"}`, () => {
      const [from, x] = came;
      const others = other === undefined ? [] : [standing(other[0], 70, other[1])];
      const presence = standing(from, 70, x);
      expect(mayBeWaiting(presence, pair, morningMs + 70_000, others)).toBe(want);
    });
  }
});
