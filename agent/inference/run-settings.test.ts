import { describe, expect, test } from "vitest";
import { commonSettings, type HandSettings, runSettings } from "./run-settings.ts";
import { automaticWorkerCount } from "./workers.ts";

const cores = automaticWorkerCount();
const auto: HandSettings = { workers: "auto", threads: "auto", batchMax: "auto" };
const tuned = { sessions: 2, threads: 3, batch: 4, provider: "webgpu" };

describe("how detectors run", () => {
  const rows = [
    {
      name: "nobody tuned, nothing by hand",
      hand: {},
      tuned: undefined,
      want: [cores, 1, 1, "cpu"],
    },
    { name: "as tuned", hand: {}, tuned, want: [2, 3, 4, "webgpu"] },
    { name: "a batch by hand", hand: { batchMax: 8 }, tuned, want: [2, 3, 8, "webgpu"] },
    { name: "workers by hand", hand: { workers: 5 }, tuned, want: [5, 1, 4, "webgpu"] },
    { name: "both by hand", hand: { workers: 2, threads: 2 }, tuned, want: [2, 2, 4, "webgpu"] },
    {
      name: "threads by hand share the cores",
      hand: { threads: cores },
      tuned,
      want: [1, cores, 4, "webgpu"],
    },
    {
      name: "more threads than cores",
      hand: { threads: cores + 1 },
      tuned: undefined,
      want: [1, cores + 1, 1, "cpu"],
    },
  ] as const;
  test.each(rows)("$name", ({ hand, tuned, want }) => {
    const { sessions, threads, batch, provider } = runSettings({ ...auto, ...hand }, tuned);
    expect([sessions, threads, batch, provider]).toEqual(want);
  });
});

describe("of several detectors", () => {
  const rows = [
    { name: "one, tuned", of: [tuned], want: tuned },
    { name: "two that agree", of: [tuned, { ...tuned }], want: tuned },
    { name: "two that differ", of: [tuned, { ...tuned, batch: 1 }], want: undefined },
    { name: "one of them not tuned", of: [tuned, undefined], want: undefined },
    { name: "none", of: [], want: undefined },
  ];
  test.each(rows)("$name", ({ of, want }) => expect(commonSettings(of)).toEqual(want));
});
