/** A camera's clock against ours: offset, drift, jumps, and what they do to enforcement. */
import { expect, test } from "vitest";
import { cameraId } from "../pipelines/domain/ids.ts";
import { CameraClocks } from "./camera-clocks.ts";
import { systemClock, type TimeOffset } from "./runtime/clock.ts";

const east = cameraId("east");

interface Given {
  readonly steps?: number;
  readonly isSynced?: boolean;
  /** Null: nobody says. */
  readonly box?: TimeOffset | null;
}

function watched(
  offsetAt: (ms: number) => number | undefined,
  minutes: number,
  { steps = 0, isSynced = true, box = { offsetMs: 0.26, boundMs: 17.2 } }: Given = {},
) {
  const lines: string[] = [];
  const log = {
    warn: (_: object, message: string) => void lines.push(message),
    info: (_: object, message: string) => void lines.push(message),
    debug: () => {},
    error: () => {},
  };
  let nowMs = 0;
  const clock = {
    ...systemClock,
    monoMs: () => nowMs,
    trust: () => ({ isWrong: false, isSynced, ...(box && { offset: box }) }),
  };
  const clocks = new CameraClocks({ log, clock });
  for (let ms = 0; ms <= minutes * 60_000; ms += 30_000) {
    nowMs = ms;
    const offsetMs = offsetAt(ms);
    const cameraClockSteps = ms > 600_000 ? steps : 0;
    const offset = offsetMs === undefined ? {} : { cameraClockOffsetMs: offsetMs };
    clocks.measured([{ cameraId: east, stream: "main", ...offset, cameraClockSteps }]);
  }
  const problems = clocks.problems().map(({ detail }) => detail);
  return { clocks, clock: clocks.of(east), problems, lines };
}

const box = { boxSynced: true, boxOffsetMs: 0.3, boxBoundMs: 18 };
const rows = [
  {
    name: "a clock that runs with ours",
    seen: watched(() => 40, 60),
    clock: { ...box, cameraOffsetMs: 40, cameraDriftPpm: 0 },
    problems: [],
  },
  {
    name: "a camera without sender reports",
    seen: watched(() => undefined, 60),
    clock: { ...box, cameraOffsetMs: null, cameraDriftPpm: null },
    problems: [],
  },
  {
    name: "a clock that is seconds behind",
    seen: watched(() => -2_500, 5),
    clock: { ...box, cameraOffsetMs: -2_500, cameraDriftPpm: null },
    problems: ["its clock is 2.5 s behind ours"],
  },
  {
    name: "a clock that drifts",
    seen: watched((ms) => ms * 250e-6, 60),
    clock: { ...box, cameraOffsetMs: 900, cameraDriftPpm: 250 },
    problems: ["its clock drifts by 250 ppm"],
  },
  {
    name: "a clock that was set",
    seen: watched((ms) => (ms > 600_000 ? 100 : 30), 30, { steps: 1 }),
    clock: { ...box, cameraOffsetMs: 100, cameraDriftPpm: null },
    problems: ["its clock was set to another time"],
  },
];
for (const { name, seen, clock, problems } of rows) {
  test(name, () => {
    expect(seen.clock).toEqual(clock);
    expect(seen.problems).toEqual(problems);
  });
}

test("the log has a line when it begins and one when it ends", () => {
  expect(watched((ms) => (ms < 300_000 ? 1_500 : 200), 30).lines).toEqual([
    "the camera's clock is 1.5 s ahead of ours: give it a time server; its evidence is not enforceable",
    "the camera's clock is right again",
  ]);
});

test("a camera that went is forgotten", () => {
  const { clocks } = watched(() => 9_000, 5);
  clocks.measured([]);
  expect(clocks.problems()).toEqual([]);
});

const right = { offsetMs: 0, boundMs: 20 };
test.each([
  ["within a second", 1_000, { box: right }, 60, true],
  ["more than a second apart", -1_001, { box: right }, 60, false],
  ["not known", undefined, { box: right }, 60, false],
  ["a box that nobody synchronises", 0, { box: right, isSynced: false }, 60, false],
  ["captured no better than two seconds", 0, { box: right }, 2_000, false],
  ["a box of which nobody says how far it is off", 0, { box: null }, 60, false],
  ["a box that may be off by more", 0, { box: { offsetMs: 0, boundMs: 1_001 } }, 60, false],
  ["a box that is off by just so much", 0, { box: { offsetMs: 990, boundMs: 1_000 } }, 60, true],
  [
    "a camera that is right with a wrong box",
    700,
    { box: { offsetMs: 400, boundMs: 420 } },
    60,
    false,
  ],
] as const)(
  "%s: enforceable as far as clocks go",
  (_, offsetMs, given, clockUncertaintyMs, want) => {
    const { clocks } = watched(() => offsetMs, 5, given);
    expect(clocks.isSure({ cameraId: east, clockUncertaintyMs })).toBe(want);
  },
);
