import { expect, test } from "vitest";
import { type Duty, dutiesOf } from "./duties.ts";

const options = {
  runMs: 600_000,
  good: ["good-1", "good-2"],
  flapping: ["flaps-1", "flaps-2"],
  street: { furnished: "furnished.mp4", empty: "empty.mp4" },
  seed: 1,
};
const duties = dutiesOf(options);
const of = <Kind extends Duty["do"]>(kind: Kind) =>
  duties.flatMap(({ atMs, duty }) =>
    duty.do === kind ? [{ atMs, ...(duty as Extract<Duty, { readonly do: Kind }>) }] : [],
  );

test("the diary is in order, within the run, and the same for a seed", () => {
  const times = duties.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times[0]).toBeGreaterThan(0);
  expect(times.at(-1)).toBeLessThan(options.runMs);
  expect(dutiesOf(options)).toEqual(duties);
  expect(dutiesOf({ ...options, seed: 2 })).not.toEqual(duties);
});

test("a flapping camera has every trouble before one comes again, and is well at the end", () => {
  for (const camera of options.flapping) {
    const its = of("faults").filter((duty) => duty.camera === camera);
    const troubles = its.flatMap(({ faults }) => faults).slice(0, 12);
    expect(new Set(troubles.map((fault) => JSON.stringify(fault))).size).toBe(12);
    const last = its.at(-1)?.faults ?? [];
    expect(last.every(({ kind }) => kind === "switch-clip")).toBe(true);
    expect(its.length % 2).toBe(0);
  }
});

test("good cameras have no trouble: their street empties and fills", () => {
  for (const camera of options.good) {
    const its = of("faults").filter((duty) => duty.camera === camera);
    expect(its.length).toBeGreaterThanOrEqual(8);
    const files = its.flatMap(({ faults }) =>
      faults.map((fault) =>
        fault.kind === "switch-clip" && "file" in fault.clip ? fault.clip.file : fault.kind,
      ),
    );
    expect(new Set(files)).toEqual(new Set(["empty.mp4", "furnished.mp4"]));
    expect(files.every((file, index) => file !== files[index + 1])).toBe(true);
  }
});

test("the broker comes back each time, and a file in five is wrong", () => {
  expect(of("broker-away").length).toBeGreaterThan(3);
  expect(of("broker-back").length).toBe(of("broker-away").length);
  const broker = duties.filter(({ duty }) => duty.do.startsWith("broker"));
  expect(broker.map(({ duty }) => duty.do === "broker-back")).toEqual(
    broker.map((_, index) => index % 2 === 1),
  );
  const [right, wrong] = [of("reload").length, of("reload-wrong").length];
  expect(wrong).toBe(Math.floor((right + wrong) / 5));
});
