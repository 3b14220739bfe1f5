/**
 * Goal: whoever asks why a violation was told gets an answer that the stored facts bear out, in
 * both languages, also when the log has forgotten.
 * Method: a box that decided for real: looks into its log, the rules' events into its store.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AgentConfig } from "../../config/agent-config.ts";
import { loadConfig } from "../../config/load.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { carAt, lookAt, runLooks } from "../../pipelines/testing/street.ts";
import { StreetFolder, street } from "../replay/testing/street-log.ts";
import { revisionRow } from "../revisions.ts";
import { openStore } from "../store/sqlite-store.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

const folder = new StreetFolder();
let violation = "";

/** A car for 70 s, hidden from six looks of them, nobody looks for 10 min, then it is there still. */
const looks: readonly Look[] = [
  ...street(0, 40),
  ...street(40, 46, { car: false }),
  ...street(46, 70),
  ...street(670, 700),
  ...street(700, 730, { car: false }),
];

beforeAll(async () => {
  const config = configOf(
    folder.config("a.yaml", { rule: { allowed: [{ daily: "07:00-08:00" }] } }),
  );
  await folder.log(looks.slice(0, 30), looks.slice(30));
  const rules = config.cameras[0]?.rules;
  if (rules === undefined) throw new Error("there is no camera");
  const facts = { config, agentVersion: "0", isClockSynced: true };
  const revisions = runLooks(rules, looks).changes.map((change) => revisionRow(change, facts));
  violation = revisions[0]?.violationId ?? "";
  const store = await openStore({ folder: folder.path });
  await store.commit({ cameraStates: [], revisions, nowMs: 1 });
  await store.close();
});
afterAll(() => folder.remove());

function configOf(file: string): AgentConfig {
  const loaded = loadConfig(file, { env: {}, nowMs: 0, models: ["yolox-nano"] });
  if (!loaded.ok) throw new Error("the configuration does not load");
  return loaded.config;
}

async function explain(...args: readonly string[]) {
  const io = testIo({ cwd: folder.path });
  const code = await runLine(["explain", ...args, "--data", "."], io);
  return { code, out: io.out(), err: io.err() };
}

describe("a violation", () => {
  test("is told from its events and its looks", async () => {
    const { code, out } = await explain(violation, "--config", "a.yaml");
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(
      /^Suspected illegal parking [0-9a-f]{20}: camera east, zone "kerb", now cleared; matter 09009/,
    );
    expect(lines.filter((line) => /^\d\. /.test(line)).map((line) => line.slice(0, 48))).toEqual([
      expect.stringMatching(/^1\. 2026-07-01 08:00:20\+08:00 {2}warned, not at the/),
      expect.stringMatching(/^2\. 2026-07-01 08:01:00\+08:00 {2}reported, not at/),
      expect.stringMatching(/^3\. 2026-07-01 08:11:50\+08:00 {2}cleared, not at/),
    ]);
    expect(out).toContain("Seen as: car 1.00; mean score 0.80, model street-nano@0123456789ab.");
    expect(out).toContain("Rule: a look every 2 s, warned after 20 s, reported after 1 min");
    expect(out).toContain("Severity: yellow, because of warning-ignored.");
    expect(out).toContain("Permits: none is registered for this place.");
    expect(out).toContain("Longest run that did not see it: 3 looks, 2026-07-01 08:00:40 – ");
    expect(out).toContain(
      "Nobody looked: 2026-07-01 08:01:08 – 2026-07-01 08:11:10 (10 min 2 s); it does not count.",
    );
    expect(out).not.toContain("Run again");
  });

  test("is told in Chinese", async () => {
    const { out } = await explain(`${violation}.2`, "--lang", "zh");
    expect(out).toMatch(
      /^疑似违停 [0-9a-f]{20}：摄像机 east，区域“kerb”，当前结束；事项代码 09009/,
    );
    expect(out).toContain("小型车疑似违停于区域“kerb”");
    expect(out).toContain("无人观测：");
  });

  test("is told as one object for programs", async () => {
    const { out } = await explain(violation, "--json");
    expect(JSON.parse(out)).toMatchObject({
      violation,
      revisions: [{ stage: "warned" }, { stage: "reported" }, { stage: "cleared" }],
      verdicts: [],
      log: { isWhole: true, lookCount: 56, seenCount: 47, gaps: [{}] },
    });
  });

  test("that this configuration would not make is said to be so", async () => {
    folder.config("b.yaml", {
      rule: { warnAfter: "20s" },
      cameras: ["east"],
      polygon: [
        [0, 0],
        [0.2, 0],
        [0.2, 0.2],
      ],
    });
    const { out } = await explain(violation, "--config", "b.yaml");
    expect(out).toContain("Run again: this configuration and log do not give the same violation");
  });

  test("of which the log knows nothing any more is told from its events", async () => {
    const other = new StreetFolder();
    other.config("a.yaml");
    const store = await openStore({ folder: other.path });
    const config = configOf(join(other.path, "a.yaml"));
    const rules = config.cameras[0]?.rules;
    if (rules === undefined) throw new Error("there is no camera");
    const revisions = runLooks(rules, street(0, 100)).changes.map((change) =>
      revisionRow(change, { config, agentVersion: "0", isClockSynced: true }),
    );
    await store.commit({ cameraStates: [], revisions, nowMs: 1 });
    await store.close();
    rmSync(join(other.path, "detections.db"));
    const io = testIo({ cwd: other.path });
    const code = await runLine(["explain", revisions[0]?.violationId ?? "", "--data", "."], io);
    expect([code, io.out()]).toEqual([
      0,
      expect.stringContaining("does not hold that time any more"),
    ]);
    other.remove();
  });
});

test("what held it back is named: a queue that waits", async () => {
  const queue = new StreetFolder();
  const config = configOf(
    queue.config("a.yaml", { rule: { warnAfter: "20s", reportAfter: "30s", clearAfter: "6s" } }),
  );
  // Three stand for 24 s and leave together; the fourth comes then and waits as long again.
  const rows = Array.from({ length: 90 }, (_, index) => {
    const seconds = index * 2;
    const three = [0.1, 0.3, 0.5].map((x) => ({ box: carAt(x) }));
    if (seconds < 24) return lookAt(seconds, three);
    return lookAt(seconds, seconds < 40 ? [] : [{ box: carAt(0.75) }]);
  });
  const rules = config.cameras[0]?.rules;
  if (rules === undefined) throw new Error("there is no camera");
  const changes = runLooks(rules, rows).changes.filter(({ box }) => box.xMin > 0.7);
  await queue.log(rows);
  const store = await openStore({ folder: queue.path });
  const facts = { config, agentVersion: "0", isClockSynced: true };
  await store.commit({
    cameraStates: [],
    revisions: changes.map((change) => revisionRow(change, facts)),
    nowMs: 1,
  });
  await store.close();
  const io = testIo({ cwd: queue.path });
  const id = changes[0]?.violationId ?? "";
  await runLine(["explain", id, "--data", ".", "--config", "a.yaml"], io);
  expect(io.out()).toContain(
    "its time was over and nothing was told: it may have waited with its lane.",
  );
  queue.remove();
});

describe("why nothing was told", () => {
  const place = new StreetFolder();
  const inside = carAt(0.4);
  const onBorder = { ...carAt(0.92), xMax: 1 };
  beforeAll(async () => {
    place.config("a.yaml");
    place.config("allowed.yaml", { rule: { allowed: [{ daily: "07:00-09:00" }] } });
    const rows = Array.from({ length: 20 }, (_, index) =>
      lookAt(index * 2, [
        ...(index >= 14 ? [{ box: inside }] : []),
        { box: onBorder },
        { box: carAt(0.1), label: "bin" as const },
      ]),
    );
    await place.log(rows);
  });
  afterAll(() => place.remove());

  const ask = async (...args: readonly string[]) => {
    const io = testIo({ cwd: place.path });
    const at = ["--camera", "east", "--at", "2026-07-01T08:00:36", "--data", "."];
    const code = await runLine(["explain", ...at, ...args], io);
    return { code, out: io.out(), err: io.err() };
  };

  test("the time has not come, it stands outside, nobody watches for it", async () => {
    const { code, out } = await ask("--config", "a.yaml");
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual([
      "east, up to 2026-07-01 08:00:36 (19 looks):",
      "",
      expect.stringMatching(/^motor vehicle \(0\.92 .* observed for 36 s, not observed for 0 s\.$/),
      expect.stringMatching(/^ {2}kerb illegal-parking: outside: 37 % of its footprint .* 50 %\.$/),
      "",
      expect.stringMatching(/^motor vehicle \(0\.40 .* observed for 8 s, not observed for 0 s\.$/),
      "  kerb illegal-parking: 8 s count so far, a warning takes 20 s.",
    ]);
  });

  test("a window allows it", async () => {
    const { out } = await ask("--config", "allowed.yaml", "--point", "0.45,0.55");
    expect(out).toContain("kerb illegal-parking: nothing is told: a window allowed it.");
    expect(out).not.toContain("outside");
  });

  test("in Chinese, and as one object", async () => {
    const { out } = await ask("--config", "a.yaml", "--zone", "kerb", "--lang", "zh");
    expect(out).toContain("计入 8秒，提醒需 20秒");
    const object = JSON.parse((await ask("--config", "a.yaml", "--json")).out) as object; // Our own.
    expect(object).toMatchObject({
      lookCount: 19,
      things: [{ observedMs: 36_000 }, { rules: [{ answer: { is: "waiting", forMs: 8_000 } }] }],
    });
  });

  test("nothing was seen there, or nobody looked", async () => {
    const { out } = await ask("--config", "a.yaml", "--point", "0.3,0.9");
    expect(out).toContain("Nothing that a rule watches for was remembered there");
    const io = testIo({ cwd: place.path });
    const at = [
      "--camera",
      "east",
      "--at",
      "2026-06-01T08:00",
      "--data",
      ".",
      "--config",
      "a.yaml",
    ];
    await runLine(["explain", ...at], io);
    expect(io.out()).toContain("The detection log has no look at east of that time");
  });
});

describe("wrong use", () => {
  const rows = [
    {
      name: "an id that the box does not know",
      args: ["nobody"],
      want: /knows no violation "nobody"/,
    },
    { name: "no id", args: [], want: /takes one VIOLATION, got 0/ },
    {
      name: "a place without a time",
      args: ["--camera", "east"],
      want: /takes --camera ID and --at/,
    },
    {
      name: "a violation and a place",
      args: ["x", "--camera", "east"],
      want: /one VIOLATION, got 1, or --camera and --at without one/,
    },
    {
      name: "a zone that the camera does not have",
      args: ["--camera", "east", "--at", "2026-07-01T08:00", "--zone", "x", "--config", "a.yaml"],
      want: /--zone x: the camera east has kerb/,
    },
    {
      name: "a point that is none",
      args: [
        "--camera",
        "east",
        "--at",
        "2026-07-01T08:00",
        "--point",
        "3,x",
        "--config",
        "a.yaml",
      ],
      want: /--point takes X,Y/,
    },
    { name: "a language that it does not speak", args: ["x", "--lang", "fr"], want: /zh or en/ },
  ];
  for (const { name, args, want } of rows) {
    test(name, async () => {
      const { code, out, err } = await explain(...args);
      expect(err).toMatch(want);
      expect([code, out]).toEqual([2, ""]);
    });
  }
});
