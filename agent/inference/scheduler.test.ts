/** When a look is released, due and over: cases, at virtual times. The laws: `scheduler-box.test.ts`. */
import { describe, expect, test } from "vitest";
import { DeadlineScheduler, type PictureMoment } from "./scheduler.ts";

const moment = (pictureNumber: number, atMs: number, changes: Partial<PictureMoment> = {}) => ({
  pictureNumber,
  capturedAtMs: atMs,
  arrivedAtMonoMs: atMs,
  keyframeDistanceMs: 1_000,
  ...changes,
});

function schedulerOf(...views: readonly (readonly [key: string, everyMs: number])[]) {
  const scheduler = new DeadlineScheduler();
  scheduler.update(views.map(([key, everyMs]) => ({ key, streamKey: key, everyMs })));
  return scheduler;
}

describe("a look is released", () => {
  const rows = [
    { name: "by the first picture of a view that has never looked", atMs: [100], want: [100] },
    { name: "by a picture a period later", atMs: [0, 1_000, 2_000], want: [0, 2_000] },
    { name: "half a keyframe distance early", atMs: [0, 1_500, 2_500], want: [0, 1_500] },
    { name: "not earlier than that", atMs: [0, 1_499, 2_600], want: [0, 2_600] },
    { name: "again a period after that", atMs: [0, 1_500, 2_500, 3_000], want: [0, 1_500, 3_000] },
  ];
  test.for(rows)("$name", ({ atMs, want }) => {
    const scheduler = schedulerOf(["view", 2_000]);
    const looked: number[] = [];
    for (const [index, at] of atMs.entries()) {
      scheduler.offer("view", moment(index, at));
      for (const look of scheduler.next(at)?.looks ?? []) {
        looked.push(look.releasedAtMonoMs);
        scheduler.finished(look.key, { isLost: false });
      }
    }
    expect(looked).toEqual(want);
  });

  test("with a deadline of half a period, at most 1 s", () => {
    const scheduler = schedulerOf(["quick", 500], ["slow", 60_000]);
    scheduler.offer("quick", moment(1, 100));
    scheduler.offer("slow", moment(1, 100));
    expect(scheduler.next(100)?.looks[0]).toMatchObject({ key: "quick", deadlineMonoMs: 350 });
    expect(scheduler.next(100)?.looks[0]).toMatchObject({ key: "slow", deadlineMonoMs: 1_100 });
  });

  describe("apart from others that began with it", () => {
    const names = Array.from({ length: 100 }, (_, index) => `camera-${index}`);
    /** Looks by keyframe, of views that want one in five; `away`: keyframes that do not come. */
    function looksByKeyframe(away: readonly number[], count = 20): readonly number[] {
      const scheduler = schedulerOf(...names.map((name) => [name, 10_000] as const));
      return Array.from({ length: count }, (_, step) => {
        if (away.includes(step)) return 0;
        const changes = { keyframeDistanceMs: 2_000 };
        for (const name of names) scheduler.offer(name, moment(step, step * 2_000, changes));
        let looks = 0;
        for (;;) {
          const due = scheduler.next(step * 2_000);
          if (due === undefined) return looks;
          looks += due.looks.length;
          for (const { key } of due.looks) scheduler.finished(key, { isLost: false });
        }
      });
    }

    test("all at first, then a share each time", () => {
      const [first, ...later] = looksByKeyframe([]);
      expect(first).toBe(100);
      for (const looks of later) expect(looks).toBeLessThanOrEqual(31);
      expect(
        later.slice(-5).reduce((sum, looks) => sum + looks, 0),
        "a period",
      ).toBe(100);
    });

    test("and again when all were away", () => {
      const away = [5, 6, 7, 8, 9, 10];
      const looks = looksByKeyframe(away, 30);
      expect(looks[11]).toBe(100);
      for (const some of looks.slice(12)) expect(some).toBeLessThanOrEqual(31);
    });
  });

  test("once, however many pictures come before it is looked at", () => {
    const scheduler = schedulerOf(["view", 1_000]);
    for (let at = 0; at < 5; at++) scheduler.offer("view", moment(at, at * 1_000));
    expect(scheduler.next(5_000)?.looks).toHaveLength(1);
    expect(scheduler.next(5_000)).toBeUndefined();
  });

  test("by elapsed time when the camera's clock was set back", () => {
    const scheduler = schedulerOf(["view", 2_000]);
    scheduler.offer("view", moment(1, 10_000));
    scheduler.next(10_000);
    scheduler.finished("view", { isLost: false });
    scheduler.offer("view", moment(2, 12_000, { capturedAtMs: -3_600_000 }));
    expect(scheduler.next(12_000)?.looks).toHaveLength(1);
  });

  test("not by a picture that was looked at already, nor by one older than that", () => {
    const scheduler = schedulerOf(["view", 1_000]);
    scheduler.offer("view", moment(1, 0));
    scheduler.next(0);
    expect(scheduler.looking("view", { pictureNumber: 3, capturedAtMs: 2_000 })).toBe(true);
    scheduler.finished("view", { isLost: true });
    scheduler.offer("view", moment(2, 5_000));
    scheduler.offer("view", moment(3, 5_500));
    expect(scheduler.next(5_500)).toBeUndefined();
    scheduler.offer("view", moment(4, 5_600));
    expect(scheduler.next(5_600)?.looks).toHaveLength(1);
  });

  test("by the very next picture after a look that was lost", () => {
    const scheduler = schedulerOf(["view", 60_000]);
    scheduler.offer("view", moment(1, 0));
    scheduler.next(0);
    scheduler.finished("view", { isLost: true });
    expect(scheduler.next(10)).toBeUndefined();
    scheduler.offer("view", moment(2, 1_000));
    expect(scheduler.next(1_000)?.looks).toHaveLength(1);
  });
});

describe("looks", () => {
  test("of one stream that are due go together, so one picture serves them", () => {
    const scheduler = new DeadlineScheduler();
    scheduler.update([
      { key: "a/kerb", streamKey: "a", everyMs: 1_000 },
      { key: "a/gate", streamKey: "a", everyMs: 1_000 },
      { key: "b/kerb", streamKey: "b", everyMs: 1_000 },
    ]);
    scheduler.offer("a", moment(1, 0));
    scheduler.offer("b", moment(1, 0));
    const due = scheduler.next(0);
    expect(due).toMatchObject({ streamKey: "a", looks: [{ key: "a/kerb" }, { key: "a/gate" }] });
    expect(scheduler.next(0)?.streamKey).toBe("b");
  });

  test("beyond what there is room for wait", () => {
    const scheduler = new DeadlineScheduler();
    scheduler.update(["1", "2", "3"].map((key) => ({ key, streamKey: "camera", everyMs: 1_000 })));
    scheduler.offer("camera", moment(1, 0));
    expect(scheduler.next(0, 0)).toBeUndefined();
    expect(scheduler.next(0, 2)?.looks.map(({ key }) => key)).toEqual(["1", "2"]);
    expect(scheduler.next(0, 2)?.looks.map(({ key }) => key)).toEqual(["3"]);
  });

  test("of one input need room for one, wherever they stand", () => {
    const scheduler = new DeadlineScheduler();
    const inputs = { a: "kerb", b: "gate", c: "kerb", d: "bin", e: "gate" };
    scheduler.update(
      Object.entries(inputs).map(([key, inputKey]) => ({
        key,
        inputKey,
        streamKey: "camera",
        everyMs: 1_000,
      })),
    );
    scheduler.offer("camera", moment(1, 0));
    expect(scheduler.next(0, 2)?.looks.map(({ key }) => key)).toEqual(["a", "b", "c", "e"]);
    expect(scheduler.next(0, 1)?.looks.map(({ key }) => key)).toEqual(["d"]);
  });

  test("of a view that is in work wait until it is over", () => {
    const scheduler = schedulerOf(["view", 1_000]);
    scheduler.offer("view", moment(1, 0));
    scheduler.next(0);
    scheduler.offer("view", moment(2, 1_000));
    expect(scheduler.next(1_000)).toBeUndefined();
    scheduler.finished("view", { isLost: false });
    expect(scheduler.next(1_200)?.looks[0]?.releasedAtMonoMs).toBe(1_000);
  });

  test("stay as they are through a change that does not concern their view", () => {
    const scheduler = schedulerOf(["old", 10_000]);
    scheduler.offer("old", moment(1, 0));
    scheduler.next(0);
    scheduler.finished("old", { isLost: false });
    scheduler.update([
      { key: "old", streamKey: "old", everyMs: 10_000 },
      { key: "new", streamKey: "new", everyMs: 10_000 },
    ]);
    scheduler.offer("old", moment(2, 5_000));
    scheduler.offer("new", moment(1, 5_000));
    expect(scheduler.next(5_000)?.looks.map(({ key }) => key)).toEqual(["new"]);
    expect(scheduler.next(5_000)).toBeUndefined();
    scheduler.update([]);
    scheduler.offer("old", moment(3, 50_000));
    expect(scheduler.next(50_000)).toBeUndefined();
  });
});

test("a box that was overloaded and has little to do is no longer said to be", () => {
  const scheduler = schedulerOf(["a", 100], ["b", 100], ["c", 100]);
  let nowMs = 0;
  const round = (number: number, costMs: number): void => {
    for (const key of ["a", "b", "c"]) {
      scheduler.offer(key, moment(number, nowMs, { keyframeDistanceMs: 100 }));
    }
    for (;;) {
      const [look] = scheduler.next(nowMs)?.looks ?? [];
      if (look === undefined) break;
      nowMs += costMs;
      scheduler.finished(look.key, { isLost: false });
    }
  };
  for (let number = 0; number < 20; number++) round(number, 90);
  expect(scheduler.isOverloaded).toBe(true);
  for (let number = 20; number < 40; number++) {
    nowMs += 100;
    round(number, 5);
  }
  expect(scheduler.isOverloaded).toBe(false);
});
