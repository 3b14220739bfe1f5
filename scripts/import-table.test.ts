/**
 * Goal: each row of the table of rooms is really enforced.
 * Method: for every pair of rooms, a file of the first that imports one of the second is checked;
 * the expectation is written down here as a matrix of its own, so that a slip in the table shows.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { checkFile, checkTree, importsOf } from "./import-table.ts";

const targets = {
  cfg: "config/schema.ts",
  cap: "agent/capture/ring.ts",
  inf: "agent/inference/slots.ts",
  mod: "models/nms.ts",
  dom: "pipelines/domain/ids.ts",
  pip: "pipelines/presence/match.ts",
  cal: "calibration/homography.ts",
  evi: "agent/evidence/clip.ts",
  sto: "agent/store/store.ts",
  upl: "agent/uplink/session.ts",
  con: "agent/console/server.ts",
  hea: "agent/health/metrics.ts",
  run: "agent/runtime/clock.ts",
  hub: "agent/hub/hub.ts",
  ben: "agent/bench/capture.ts",
  rep: "agent/replay/replay.ts",
  age: "agent/agent.ts",
  cli: "agent/cli/main.ts",
  fix: "test-fixtures/camera/server.ts",
  scr: "scripts/demo.ts",
};
const all = "cfg cap inf mod dom pip cal evi sto upl con hea run hub ben rep age";
const matrix: Record<keyof typeof targets, string> = {
  cfg: "cfg dom pip cal",
  cap: "cap dom run",
  inf: "inf mod dom run",
  mod: "mod dom",
  dom: "dom pip cal",
  pip: "dom pip cal",
  cal: "cal",
  evi: "evi cap cal dom run",
  sto: "sto dom pip run",
  upl: "upl sto dom run",
  con: "con cfg dom pip cal evi sto upl hea run rep",
  hea: "hea run",
  run: "run hea",
  hub: `${all} fix`,
  ben: `${all} fix`,
  rep: all,
  age: `${all} cli`,
  cli: `${all} cli fix`,
  fix: `${all} cli fix scr`,
  scr: `${all} cli fix scr`,
};

const climb = (file: string): string => "../".repeat(file.split("/").length - 1);
const asTypeImport = (from: string, to: string): string =>
  `import type { X } from "${climb(from)}${to}";\n`;

for (const [room, allowed] of Object.entries(matrix)) {
  test(`what ${room} may import, and nothing else`, () => {
    const file = join(dirname(targets[room as keyof typeof targets]), "deep/zz.ts");
    const own = room === "age" ? targets.age : file;
    const passed = Object.entries(targets)
      .filter(([, target]) => checkFile(own, asTypeImport(own, target)).length === 0)
      .map(([name]) => name);
    expect(passed.toSorted()).toEqual(allowed.split(" ").toSorted());
  });
}

test("a fault names file, line, room and what would be right", () => {
  const source = `// one\nimport {\n  a,\n  type B,\n} from "../store/store.ts";\n`;
  expect(checkFile("agent/capture/ring.ts", source)).toEqual([
    "agent/capture/ring.ts:5: agent/capture may not import agent/store/store.ts (it may: pipelines/domain, agent/runtime)",
  ]);
});

const spellings = [
  'import { X } from "../../agent/store/x.ts";',
  'import X, { type Y } from "../../agent/store/x.ts";',
  'import * as x from "../../agent/store/x.ts";',
  'import type { X } from "../../agent/store/x.ts";',
  'import "../../agent/store/x.ts";',
  'export * from "../../agent/store/x.ts";',
  'export type { X } from "../../agent/store/x.ts";',
  'import {\n  X,\n} from "../../agent/store/x.ts";',
  'const x = await import("../../agent/store/x.ts");',
  'type X = import("../../agent/store/x.ts").X;',
  'new Worker(new URL("../../agent/store/x.ts", import.meta.url));',
  "import { X } from '../../agent/store/x.ts';",
];
for (const spelling of spellings) {
  test(`is seen: ${spelling.replaceAll("\n", " ")}`, () => {
    expect(checkFile("pipelines/zones/a.ts", spelling)).toHaveLength(1);
  });
}

test("pure rooms do no I/O, whatever package would do it for them", () => {
  for (const name of ["node:fs", "node:timers/promises", "pino", "better-sqlite3", "sharp"]) {
    const source = `import x from "${name}";`;
    expect(checkFile("pipelines/domain/a.ts", source), name).toHaveLength(1);
    expect(checkFile("calibration/a.ts", source), name).toHaveLength(1);
    expect(checkFile("models/a.ts", source), name).toHaveLength(1);
    expect(checkFile("agent/store/a.ts", source), name).toHaveLength(0);
  }
});

test("files that test are free", () => {
  const source = 'import { X } from "../agent/cli/main.ts";\nimport fs from "node:fs";';
  expect(checkFile("pipelines/a.test.ts", source)).toEqual([]);
  expect(checkFile("pipelines/a.e2e.test.ts", source)).toEqual([]);
});

test("a folder that the table does not know is a fault", () => {
  expect(checkFile("agent/cli/x.ts", 'import "../secret/x.ts";')).toHaveLength(1);
  expect(checkFile("agent/secret/x.ts", "")).toHaveLength(1);
  expect(checkFile("lib/x.ts", "")).toEqual([
    "lib/x.ts:1: its folder is not in the table of rooms",
  ]);
  expect(checkFile("vitest.config.ts", 'import "vitest/config";')).toEqual([]);
});

test("comments and words that only look like imports are not", () => {
  const source = ' * import x from "../../agent/store/x.ts"\nconst important = "from here";\n';
  expect(importsOf(source)).toEqual([]);
});

test("a tree on disk is read as a whole", () => {
  const root = mkdtempSync(join(tmpdir(), "kerbside-rooms-"));
  try {
    for (const [file, text] of [
      ["calibration/lens.ts", 'import { readFileSync } from "node:fs";\n'],
      ["pipelines/zones/inside.ts", 'import { a } from "../../calibration/lens.ts";\n'],
      ["agent/uplink/drain.ts", '\nimport { a } from "../capture/ring.ts";\n'],
    ] as const) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    const { files, faults } = checkTree(root);
    expect(files).toBe(3);
    expect(faults.map((fault) => fault.split(": ")[0])).toEqual([
      "agent/uplink/drain.ts:2",
      "calibration/lens.ts:1",
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
