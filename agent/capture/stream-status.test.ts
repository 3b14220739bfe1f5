import { expect, test } from "vitest";
import { StreamStatus } from "./stream-status.ts";

type Step = readonly [atMs: number, what: "picture" | "refused" | "reset" | "group"];

const rows: { name: string; steps: Step[]; want: string[] }[] = [
  {
    name: "the first picture is live",
    steps: [
      [0, "picture"],
      [40, "picture"],
    ],
    want: ["live"],
  },
  {
    name: "a retry that fails the same way says nothing",
    steps: [
      [0, "refused"],
      [1, "refused"],
      [2, "refused"],
    ],
    want: ["failed refused"],
  },
  {
    name: "another failure is a change",
    steps: [
      [0, "refused"],
      [1, "reset"],
      [2, "refused"],
    ],
    want: ["failed refused", "failed reset", "failed refused"],
  },
  {
    name: "a camera that was away is live with its first picture",
    steps: [
      [0, "refused"],
      [60_000, "picture"],
    ],
    want: ["failed refused", "live"],
  },
  {
    name: "a stable stream that breaks off once is live again at once",
    steps: [
      [0, "picture"],
      [19_900, "picture"],
      [20_000, "reset"],
      [21_000, "picture"],
    ],
    want: ["live", "failed reset", "live"],
  },
  {
    name: "one that falls silent after a second, again and again, fails once",
    steps: [
      [0, "picture"],
      [1_000, "picture"],
      [11_000, "reset"],
      [12_000, "picture"],
      [13_000, "picture"],
      [23_000, "reset"],
      [25_000, "picture"],
    ],
    want: ["live", "failed reset"],
  },
  {
    name: "one that breaks off every second fails once",
    steps: [
      [0, "picture"],
      [900, "reset"],
      [2_000, "picture"],
      [2_900, "reset"],
      [5_000, "picture"],
      [5_900, "reset"],
    ],
    want: ["live", "failed reset"],
  },
  {
    name: "and is live again when it has held for ten seconds",
    steps: [
      [0, "picture"],
      [900, "reset"],
      [2_000, "picture"],
      [11_900, "picture"],
      [12_000, "picture"],
      [12_040, "picture"],
    ],
    want: ["live", "failed reset", "live"],
  },
  {
    name: "groups that cannot be had impair a stream until it is well for a while",
    steps: [
      [0, "picture"],
      [20_000, "group"],
      [20_100, "picture"],
      [22_000, "group"],
      [25_000, "picture"],
      [35_000, "picture"],
    ],
    want: ["live", "failed keyframe-distance-too-long", "live"],
  },
];

for (const { name, steps, want } of rows) {
  test(name, () => {
    const status = new StreamStatus();
    const changes = steps.map(([atMs, what]) => {
      if (what === "picture") return status.picture(atMs, "");
      if (what === "group") return status.impaired("keyframe-distance-too-long", "");
      return status.failed(what, "", atMs);
    });
    const said = changes
      .filter((change) => change !== undefined)
      .map(({ state, failure }) => (failure === undefined ? state : `${state} ${failure}`));
    expect(said).toEqual(want);
  });
}
