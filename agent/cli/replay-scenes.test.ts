/** Scenes as the command replays them: right with perfect detections, judged under noise. */
import { expect, test, vi } from "vitest";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

// Pictures are worked out: more than a moment on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

async function scenes(...args: readonly string[]) {
  const io = testIo();
  const code = await runLine(["replay", "--scenes", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

test("what is due is told at its time, and events come as JSON lines before the figures", async () => {
  const { code, out } = await scenes("parking-warned-only", "parking-passing", "--json");
  const lines = out.trimEnd().split("\n");
  expect(code).toBe(0);
  expect(lines.slice(0, -1).map((line) => JSON.parse(line).data.stage)).toEqual([
    "warned",
    "cleared",
  ]);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    source: { scenes: 2, detections: "truth" },
    scenes: [
      { name: "parking-warned-only", due: 1, told: 1, isRight: true },
      { name: "parking-passing", due: 0, told: 0, isRight: true },
    ],
    kinds: { "illegal-parking": { precision: 1, recall: 1 } },
    missed: [],
    wrong: [],
  });
});

test("noise is the same for the same seed", async () => {
  const args = ["parking-warned-only", "--detections", "noisy", "--seed", "3", "--json"];
  const first = await scenes(...args);
  expect((await scenes(...args)).out).toBe(first.out);
});

test("several seeds give one judgement, and name what is wrong by its seed", async () => {
  const args = ["parking-passing", "parking-warned-only", "--detections", "noisy"];
  const { code, out } = await scenes(...args, "--seed", "2", "--seeds", "3", "--json");
  expect(code).toBe(0);
  const [line = "", ...others] = out.trimEnd().split("\n");
  expect(others).toEqual([]);
  const { source, scenes: each, kinds, missed, wrong } = JSON.parse(line);
  expect(source).toEqual({ scenes: 2, detections: "noisy", seed: 2, seeds: 3 });
  expect(each).toMatchObject([
    { name: "parking-passing", due: 0 },
    { name: "parking-warned-only", due: 3 },
  ]);
  expect(kinds["illegal-parking"].due).toBe(6);
  for (const event of [...missed, ...wrong]) expect(event).toMatch(/^seed [234] parking-/);
});

test("a scene drawn again is the same story: right with perfect detections, to the second", async () => {
  const { code, out } = await scenes("parking-warned-only", "--draw", "2", "--json");
  const lines = out.trimEnd().split("\n");
  expect(code).toBe(0);
  expect(lines.slice(0, -1).map((line) => JSON.parse(line).data.stage)).toEqual([
    "warned",
    "cleared",
  ]);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    source: { scenes: 1, detections: "truth", draw: 2 },
    scenes: [{ name: "parking-warned-only", isRight: true }],
  });
});

const rows = [
  { name: "a scene that is not there", args: ["nowhere"], want: /there is no scene "nowhere"/ },
  {
    name: "detections that it does not know",
    args: ["--detections", "best"],
    want: /noisy or model/,
  },
  {
    name: "several seeds of what has none",
    args: ["parking-passing", "--seeds", "2"],
    want: /--seeds is for --detections noisy/,
  },
  {
    name: "a drawing before the first",
    args: ["parking-passing", "--draw", "0"],
    want: /--draw takes a whole number/,
  },
  {
    name: "no seeds",
    args: ["parking-passing", "--detections", "noisy", "--seeds", "0"],
    want: /--seeds takes a whole number/,
  },
  {
    name: "a seed that is none",
    args: ["parking-passing", "--detections", "noisy", "--seed", "x"],
    want: /--seed/,
  },
];
for (const { name, args, want } of rows) {
  test(`${name} is wrong use`, async () => {
    const { code, err } = await scenes(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(want)]);
  });
}
