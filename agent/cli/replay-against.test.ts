/**
 * Goal: an engineer who edits a zone, a window or a threshold sees exactly what the edit changes:
 * every violation that differs with every fact that does, and nothing else.
 * Method: one log with two cars, one configuration, one edit a row; the whole answer is compared.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Look } from "../../pipelines/domain/look.ts";
import { carAt, lookAt } from "../../pipelines/testing/street.ts";
import type { Comparison } from "../replay/compare.ts";
import { type StreetConfig, StreetFolder } from "../replay/testing/street-log.ts";
import type { ReplayedViolation } from "../replay/violation-list.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

/** The left car stands from 0 to 68 s, the right one from 0 to 298 s; 08:00:00 is second 0. */
const looks: readonly Look[] = Array.from({ length: 200 }, (_, index) => {
  const seconds = index * 2;
  return lookAt(seconds, [
    ...(seconds < 70 ? [{ box: carAt(0.1) }] : []),
    ...(seconds < 300 ? [{ box: carAt(0.6) }] : []),
  ]);
});

let folder: StreetFolder;
beforeAll(async () => {
  folder = new StreetFolder();
  await folder.log(looks);
});
afterAll(() => folder.remove());

async function against(before: StreetConfig, after: StreetConfig) {
  folder.config("a.yaml", before);
  folder.config("b.yaml", after);
  const run = async (...args: readonly string[]) => {
    const io = testIo({ cwd: folder.path });
    const files = ["--log", ".", "--config", "a.yaml", "--against", "b.yaml"];
    const code = await runLine(["replay", ...files, ...args], io);
    return { code, out: io.out() };
  };
  const { code, out } = await run("--json");
  const last = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as { against: Comparison }; // Our own.
  return { code, comparison: last.against, text: (await run()).out };
}

const nameOf = ({ box }: ReplayedViolation): string => (box.xMin < 0.4 ? "left" : "right");

/** `-left`, `+right`, `~left: warned 20 → 30`; times in seconds. */
function story({ disappeared, appeared, changed }: Comparison): readonly string[] {
  const value = (fact: string | number | null): string =>
    typeof fact === "number" ? `${fact / 1_000}` : `${fact}`;
  return [
    ...disappeared.map((violation) => `-${nameOf(violation)}`),
    ...appeared.map((violation) => `+${nameOf(violation)}`),
    ...changed.map(({ before, changes }) => {
      const facts = changes.map(
        (each) => `${each.what} ${value(each.before)} → ${value(each.after)}`,
      );
      return `~${nameOf(before)}: ${facts.join(", ")}`;
    }),
  ];
}

const rightHalf = [
  [0.4, 0.4],
  [0.95, 0.4],
  [0.95, 0.8],
  [0.4, 0.8],
] as const;
const late = { rule: { warnAfter: "5m", reportAfter: "10m" } };

const rows: readonly {
  readonly name: string;
  readonly before?: StreetConfig;
  readonly after: StreetConfig;
  readonly same: number;
  readonly want: readonly string[];
}[] = [
  { name: "no edit changes nothing", after: {}, same: 2, want: [] },
  {
    name: "a zone that ends in the middle loses the car behind its border alone",
    after: { polygon: rightHalf },
    same: 1,
    want: ["-left"],
  },
  {
    name: "a zone that grows finds it",
    before: { polygon: rightHalf },
    after: {},
    same: 1,
    want: ["+left"],
  },
  {
    name: "a border that is touched up changes nothing",
    after: {
      polygon: [
        [0.06, 0.41],
        [0.94, 0.41],
        [0.94, 0.79],
        [0.06, 0.79],
      ],
    },
    same: 2,
    want: [],
  },
  {
    name: "a window over all of it takes both away",
    after: { rule: { allowed: [{ daily: "07:00-09:00" }] } },
    same: 0,
    want: ["-left", "-right"],
  },
  {
    name: "a window that ends after a minute takes one away and delays the other",
    after: { rule: { allowed: [{ daily: "07:00-08:01" }] } },
    same: 0,
    want: ["-left", "~right: warned 20 → 80, reported 60 → 120"],
  },
  {
    name: "a window that is a minute longer delays by that minute",
    before: { rule: { allowed: [{ daily: "07:00-08:01" }] } },
    after: { rule: { allowed: [{ daily: "07:00-08:02" }] } },
    same: 0,
    want: ["~right: warned 80 → 140, reported 120 → 180"],
  },
  {
    name: "a window behind both reports changes nothing",
    after: { rule: { allowed: [{ daily: "08:02-08:03" }] } },
    same: 2,
    want: [],
  },
  {
    name: "a later warning",
    after: { rule: { warnAfter: "30s" } },
    same: 0,
    want: ["~left: warned 20 → 30", "~right: warned 20 → 30"],
  },
  {
    name: "a later report, which one of them does not live to see",
    after: { rule: { reportAfter: "2m" } },
    same: 0,
    want: ["~left: severity yellow → blue, reported 60 → null", "~right: reported 60 → 120"],
  },
  {
    name: "a longer absence before it is over",
    after: { rule: { clearAfter: "20s" } },
    same: 0,
    want: ["~left: ended 80 → 90", "~right: ended 310 → 320"],
  },
  {
    name: "a second look after the end is no stage, and changes none",
    after: { rule: { recheckAfter: "20s" } },
    same: 2,
    want: [],
  },
  {
    name: "shorter thresholds make both appear",
    before: late,
    after: {},
    same: 0,
    want: ["+left", "+right"],
  },
];

describe("what an edit changes", () => {
  for (const { name, before = {}, after, same, want } of rows) {
    test(name, async () => {
      const { code, comparison, text } = await against(before, after);
      expect(story(comparison)).toEqual(want);
      expect(comparison.same).toBe(same);
      expect(code).toBe(want.length === 0 ? 0 : 1);
      const count = (mark: string) => want.filter((line) => line.startsWith(mark)).length;
      expect(text).toContain(
        `${count("-")} disappear, ${count("+")} appear, ${count("~")} change, ${same} stay the same`,
      );
    });
  }
});
