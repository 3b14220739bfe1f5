/** The table of scenes: how it is made, and that the one in the docs is of the scenes there are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Judge, parseTruth } from "../agent/replay/truth.ts";
import { dueViolations } from "../test-fixtures/scenes/library/due-violations.ts";
import { library } from "../test-fixtures/scenes/library/index.ts";
import {
  lastObject,
  parts,
  partText,
  type Replayed,
  withPart,
  writtenPart,
} from "./scene-table-text.ts";

function replayed(precision: number | null, recall: number, error: number | null): Replayed {
  const wrongWhenLow = { name: "bin-plain", isRight: recall === 1 };
  return {
    source: { scenes: 2 },
    scenes: [{ name: "parking-plain", isRight: true }, wrongWhenLow],
    kinds: { "illegal-parking": { due: 4, told: 3, precision, recall, timeErrorPeriods: error } },
  };
}

test("it shows a kind's figures, and which scenes are not right", () => {
  expect(partText("noisy", "Poor detections", replayed(0.75, 0.5, -3)).split("\n")).toEqual([
    "Poor detections, 2 scenes; not right in every event: `bin-plain`.",
    "",
    "| detections | kind | due | told | precision | recall | time error (periods) |",
    "|---|---|---|---|---|---|---|",
    "| noisy | illegal-parking | 4 | 3 | 0.75 | 0.50 | -3.0 |",
  ]);
});

test("what is not known is a dash", () => {
  const lines = partText("model", "street-nano", replayed(null, 1, null)).split("\n");
  expect(lines[0]).toContain("not right in every event: none.");
  expect(lines.at(-1)).toBe("| model | illegal-parking | 4 | 3 | – | 1.00 | – |");
});

test("it reads the last line of what was printed", () => {
  const printed = `{"specversion":"1.0"}\n${JSON.stringify(replayed(1, 1, 0))}\n`;
  expect(lastObject(printed)).toEqual(replayed(1, 1, 0));
});

test("what stands around a part stays, other parts too", () => {
  const marks = (part: string, text: string) =>
    `<!-- scenes, ${part}: made by npm run scenes:table -->${text}<!-- end of ${part} -->`;
  const page = `# A\n${marks("truth", "old")}\n${marks("model", "older")}\nB\n`;
  const again = withPart(page, "truth", "new");
  expect(again).toBe(`# A\n${marks("truth", "\n\nnew\n\n")}\n${marks("model", "older")}\nB\n`);
  expect(writtenPart(again, "model")).toBe("older");
  expect(() => withPart("# A\n", "truth", "new")).toThrow("the page has no");
});

test("docs/replay.md has the figures of the scenes that there are: npm run scenes:table", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "docs", "replay.md"), "utf8");
  const ruled = library.filter(({ zones }) => zones.length > 0);
  const judge = new Judge();
  for (const entry of ruled) judge.add(parseTruth({ violations: dueViolations(entry) }, ""), []);
  const { kinds: figures } = judge.judgement();
  for (const part of parts) {
    const text = writtenPart(page, part);
    // The detector's minutes are spent when one ships: it says how many scenes there were then.
    if (part === "model") continue;
    expect(text).toContain(`${ruled.length} scenes;`);
    const seeds = Number(/(\d+) seeds/.exec(text)?.[1] ?? 1);
    for (const [kind, { due }] of Object.entries(figures)) {
      expect(text).toContain(`| ${part} | ${kind} | ${due * seeds} |`);
    }
  }
});
