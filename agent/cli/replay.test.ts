/**
 * Goal: an engineer who runs the rules again over what a box saw gets what the box decided.
 * Method: small logs written by the agent's own log and store; the command as it is typed.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../config/load.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { runLooks, storyOf } from "../../pipelines/testing/street.ts";
import { StreetFolder, street } from "../replay/testing/street-log.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

let folder: StreetFolder;
beforeEach(() => {
  folder = new StreetFolder();
});
afterEach(() => folder.remove());

const replay = (...args: readonly string[]) => replayIn(folder, ...args);

async function replayIn(folder: StreetFolder, ...args: readonly string[]) {
  const io = testIo({ cwd: folder.path });
  const code = await runLine(["replay", ...args], io);
  return { code, out: io.out(), err: io.err(), object: () => lastObject(io.out()) };
}

function lastObject(out: string): Record<string, unknown> {
  return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>; // Our own.
}

const fromLog = (...args: readonly string[]) => replay("--log", ".", "--config", "a.yaml", ...args);

/** `warned +0:20.0, reported +1:00.0`, without the heading. */
function stages(out: string): string {
  const rows = out.split("\n").filter((line) => line.startsWith("+"));
  return rows
    .map((row) => row.split(/\s+/).slice(0, 4))
    .map((c) => `${c[3]} ${c[0]}`)
    .join(", ");
}

describe("a log", () => {
  test("gives the events that the rules make of its looks, as a table", async () => {
    folder.config("a.yaml");
    await folder.log([...street(0, 70), ...street(70, 120, { car: false })]);
    const { code, out } = await fromLog();
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
      "AT           TIME                 STAGE      KIND                CAMERA/ZONE               SEVERITY  VIOLATION             WHY",
      expect.stringMatching(
        /^\+0:20\.0 {6}2026-07-01 08:00:20 {2}warned {5}illegal-parking {5}east\/kerb {17}blue {6}[0-9a-f]{20} {2}A car is suspected/,
      ),
      expect.stringMatching(/^\+1:00\.0 .* reported .* yellow .* send someone to check\.$/),
      expect.stringMatching(/^\+1:20\.0 .* cleared .* after 1 min 8 s observed/),
      "",
      "60 looks over 1:58.0: 3 events of 1 violations",
      "",
    ]);
  });

  test("gives what the agent decided live: the same violations, the same times", async () => {
    const file = folder.config("a.yaml");
    const loaded = loadConfig(file, { env: {}, nowMs: 0, models: ["yolox-nano"] });
    const rules = loaded.ok ? loaded.config.cameras[0]?.rules : undefined;
    if (rules === undefined) throw new Error("the configuration does not load");
    const looks = [...street(0, 70), ...street(700, 800), ...street(800, 900, { car: false })];
    const live = runLooks(rules, looks).changes;
    await folder.log(looks);
    const { out } = await fromLog("--json");
    const events = out.trimEnd().split("\n").slice(0, -1);
    const told = events.map((line) => {
      const { id, data } = JSON.parse(line) as { id: string; data: Record<string, unknown> };
      return [id, data["observedMs"], data["unobservedMs"], data["reason"]];
    });
    expect(told).toEqual(
      live.map((change) => [
        `${change.violationId}.${change.revision}`,
        change.observedMs,
        change.unobservedMs,
        change.reason,
      ]),
    );
    expect(storyOf(live)).toBe("a warned@20, a reported@60, a cleared@810");
  });

  const rows: readonly { name: string; runs: readonly (readonly Look[])[]; want: string }[] = [
    {
      name: "time in which nobody looked does not count",
      runs: [[...street(0, 30), ...street(630, 680)]],
      want: "warned +0:20.0, reported +11:02.0",
    },
    {
      name: "the time between two runs of the agent does not count, however short",
      runs: [street(0, 30), street(30, 90)],
      want: "warned +0:20.0, reported +1:02.0",
    },
    {
      name: "a car that leaves in time is nothing",
      runs: [[...street(0, 18), ...street(18, 90, { car: false })]],
      want: "",
    },
  ];
  for (const { name, runs, want } of rows) {
    test(name, async () => {
      folder.config("a.yaml");
      await folder.log(...runs);
      expect(stages((await fromLog()).out)).toBe(want);
    });
  }

  test("gives the same output every time, to the byte", async () => {
    folder.config("a.yaml", { cameras: ["east", "west"] });
    const both = street(0, 100).flatMap((look, index) => {
      const other = street(0, 100, { camera: "west" })[index];
      return other === undefined ? [look] : [look, other];
    });
    await folder.log(both, street(100, 140));
    const first = await fromLog("--json");
    expect(first.out).not.toBe("");
    expect((await fromLog("--json")).out).toBe(first.out);
  });

  test("is read between two times and for one camera", async () => {
    folder.config("a.yaml", { cameras: ["east", "west"] });
    await folder.log([...street(0, 100), ...street(0, 100, { camera: "west" })]);
    const one = await fromLog("--camera", "west", "--since", "2026-07-01T08:00:10", "--json");
    expect(one.object()).toMatchObject({
      source: { looks: 45 },
      looks: { used: 45, unknown: 0 },
      events: 2,
      violations: [
        { camera: "west", warnedAtMs: 20_000, warnedAt: "2026-07-01T08:00:30.000+08:00" },
      ],
    });
  });

  test("counts looks of cameras that are not configured any more", async () => {
    folder.config("a.yaml");
    await folder.log([...street(0, 10), ...street(0, 10, { camera: "north" })]);
    expect((await fromLog()).out).toContain(
      "5 looks (not used: 5 of cameras or views that are not configured)",
    );
  });
});

describe("with a truth", () => {
  const truthOf = (violations: readonly object[]) => {
    writeFileSync(join(folder.path, "truth.json"), JSON.stringify({ violations }));
  };
  const due = { kind: "illegal-parking", zone: "kerb", thing: "red-car" };

  test("what is told at its time is right, to the period", async () => {
    folder.config("a.yaml");
    await folder.log([...street(0, 70), ...street(70, 120, { car: false })]);
    truthOf([
      { ...due, warnedAtMs: 20_000, reportedAtMs: 58_000, clearedAtMs: 78_000, unobservedMs: 0 },
    ]);
    const { object } = await fromLog("--truth", "truth.json", "--json");
    expect(object()).toMatchObject({
      kinds: {
        "illegal-parking": {
          warned: 1,
          reported: 1,
          cleared: 1,
          due: 3,
          told: 3,
          right: 3,
          precision: 1,
          recall: 1,
          timeErrorPeriods: 1,
          unobservedErrorMs: 0,
        },
      },
      missed: [],
      wrong: [],
    });
  });

  test("what is missed and what is not true is named", async () => {
    folder.config("a.yaml");
    await folder.log([...street(0, 70), ...street(70, 120, { car: false })]);
    const box = { xMin: 0.8, yMin: 0.5, xMax: 0.92, yMax: 0.6 };
    truthOf([{ ...due, warnedAtMs: 20_000, box }]);
    const { out, code } = await fromLog("--truth", "truth.json");
    expect(code).toBe(0);
    expect(out).toContain("illegal-parking         1     3       0.00    0.00");
    expect(out).toContain("missed: illegal-parking kerb warned@20");
    expect(out).toContain("not true: illegal-parking kerb reported@60");
  });

  test("a file that is no truth is refused with what is wrong", async () => {
    folder.config("a.yaml");
    await folder.log(street(0, 4));
    truthOf([{ kind: "parking", zone: "kerb" }]);
    const { code, err } = await fromLog("--truth", "truth.json");
    expect([code, err.includes("violations.0.kind")]).toEqual([2, true]);
  });
});

describe("wrong use", () => {
  let folder: StreetFolder;
  beforeAll(async () => {
    folder = new StreetFolder();
    folder.config("a.yaml");
    await folder.log(street(0, 4));
  });
  afterAll(() => folder.remove());

  const rows: readonly { name: string; args: readonly string[]; want: RegExp; code?: number }[] = [
    { name: "no source", args: ["--config", "a.yaml"], want: /one FILE of footage, or --log DIR/ },
    { name: "two sources", args: ["x.mp4", "--log", ".", "--config", "a.yaml"], want: /got 2/ },
    { name: "no configuration", args: ["--log", "."], want: /needs --config FILE/ },
    {
      name: "a configuration that is not there",
      args: ["--log", ".", "--config", "c.yaml"],
      want: /c\.yaml is not right/,
    },
    {
      name: "footage that is not there",
      args: ["no.mp4", "--config", "a.yaml"],
      want: /there is no file .*no\.mp4/,
    },
    {
      name: "footage that is no video",
      args: ["a.yaml", "--config", "a.yaml"],
      want: /a\.yaml cannot be replayed/,
    },
    {
      name: "a folder without a log",
      args: ["--log", "elsewhere", "--config", "a.yaml"],
      want: /there is no detection log in .*elsewhere/,
      code: 3,
    },
    {
      name: "a camera that the configuration does not have",
      args: ["--log", ".", "--config", "a.yaml", "--camera", "north"],
      want: /has no camera "north"; it has east/,
    },
    {
      name: "an option of footage for a log",
      args: ["--log", ".", "--config", "a.yaml", "--loop", "2"],
      want: /--loop is for footage alone/,
    },
    {
      name: "an option of a log for footage",
      args: ["x.mp4", "--config", "a.yaml", "--since", "2026-07-01"],
      want: /--since is for a log alone/,
    },
    {
      name: "a time that is none",
      args: ["--log", ".", "--config", "a.yaml", "--since", "yesterday"],
      want: /--since takes a time such as/,
    },
    { name: "an unknown option", args: ["--fast"], want: /Unknown option '--fast'/ },
  ];
  for (const { name, args, want, code = 2 } of rows) {
    test(name, async () => {
      const result = await replayIn(folder, ...args);
      expect(result.err).toMatch(want);
      expect([result.code, result.out]).toEqual([code, ""]);
    });
  }
});
