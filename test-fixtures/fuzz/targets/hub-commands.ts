/**
 * What the hub says to a box: any bytes on the command topic, and commands with something hostile.
 *
 * Holds for every input: nothing is thrown; an answer fits its schema and is short; only the three
 * things that a command may do are done, with values that the schema allows; no file is opened.
 */
import * as fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { SimulatedClock } from "../../../agent/runtime/clock.ts";
import { answerCommand } from "../../../agent/uplink/commands.ts";
import { resultSchema } from "../../../agent/uplink/messages.ts";
import { Verdicts } from "../../../agent/verdicts.ts";
import { cameraId, violationId, zoneId } from "../../../pipelines/domain/ids.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileJson, type Json } from "../hostile-values.ts";

const commands: readonly Json[] = [
  {
    command: "acknowledge",
    id: "a-1",
    events: [
      { id: "v-1.3", outcome: "accepted", caseNo: "C-77" },
      { id: "v-2.1", outcome: "rejected", reason: "twice" },
    ],
  },
  { command: "test-event", id: "t-1", note: "hello" },
  { command: "verdict", id: "c-1", violation: "v-1", verdict: "confirmed", caseNo: "C-77" },
  {
    command: "verdict",
    id: "c-2",
    violation: "v-1",
    verdict: "dismissed",
    reason: "a loading bay",
  },
  { command: "verdict", id: "c-3", violation: "v-1", verdict: "permitted", until: "2026-12-31" },
];
const json = commands.map((command) => Buffer.from(JSON.stringify(command)));
const address = { division: "445102", device: "corner-1" };
const clock = new SimulatedClock({ wallMs: Date.UTC(2026, 2, 1) });
const answerBytesMax = 4_096;

/** What an input did that it may not; told after it. */
const wrongs: string[] = [];
const note = (what: string): void => void wrongs.push(what);

/** Every way to a file, watched while a command is under way. */
const module = fs as unknown as { default: Record<string, unknown> }; // The mutable face of node:fs.
const ways = ["openSync", "readFileSync", "open", "readFile", "createReadStream", "writeFileSync"];
const before = new Map(ways.map((name) => [name, module.default[name]]));
let isWatched = false;

function watchFiles(): void {
  if (isWatched) return;
  isWatched = true;
  for (const [name, original] of before) {
    module.default[name] = (...given: unknown[]): unknown => {
      note(`${name} ${String(given[0])}`);
      return typeof original === "function" ? Reflect.apply(original, fs, given) : undefined;
    };
  }
  syncBuiltinESMExports();
}

function unwatchFiles(): void {
  if (!isWatched) return;
  isWatched = false;
  for (const [name, original] of before) module.default[name] = original;
  syncBuiltinESMExports();
}

/** The real way of a verdict, over a box that has every violation it is asked for. */
const verdicts = new Verdicts({
  store: {
    verdicts: async () => [],
    violations: async ({ violationId: id = violationId("v-1") }) => [
      { ...violation, violationId: id },
    ],
  },
  rules: {
    judge: (verdict, row) => {
      if (verdict.word === "permitted" && !Number.isFinite(verdict.untilMs)) note("no end");
      if (row.verdictId === "" || row.verdictId.length > 100) note("a verdict's id");
      return { outcome: "noted", isKept: Promise.resolve() };
    },
    noteCase: (id, caseNo) => {
      if (id.length > 200 || caseNo.length > 100) note("a long case");
    },
  },
  clock,
  timeZone: () => "Asia/Shanghai",
});
const violation = {
  violationId: violationId("v-1"),
  kind: "illegal-parking",
  stage: "warned",
  severity: "blue",
  cameraId: cameraId("east"),
  zoneId: zoneId("kerb"),
  revision: 1,
  firstSeenAtMs: 0,
  updatedAtMs: 0,
  event: {},
} as const;

export const hubCommands: FuzzTarget = {
  name: "hub-commands",
  corpus: () => json,
  tokens: [
    '"command":',
    '"verdict":',
    '"until":"9999-12-31"',
    '"__proto__":{"command":"verdict"}',
    '"id":"',
    "\\u0000",
    "\\ud800",
    "[[[[",
    "{}",
    "1e999",
    "null",
  ],
  arbitrary: hostileJson(commands),
  run: async (bytes) => {
    wrongs.length = 0;
    watchFiles();
    try {
      const answer = await answerCommand(bytes, {
        address,
        nowMs: clock.wallMs(),
        mayObey: () => true,
        mayPicture: () => true,
        doers: {
          testEvent: async ({ length }) => {
            if (length > 200) note("a long note");
          },
          verdict: (command) => verdicts.take(command),
          noteCases: (cases) => verdicts.noteCases(cases),
          acknowledge: async (events) => {
            if (events.length > 1_000) note("too many events");
          },
          acknowledgeEvidence: async (files) => {
            if (files.length > 1_000) note("too many files");
            if (files.some(({ file }) => /[/\\]|\.\./.test(file))) note("a path");
          },
          freshPicture: async ({ id }) => ({ eventId: id }),
        },
      });
      if (answer !== undefined) resultSchema.parse(answer);
      if (answer !== undefined && JSON.stringify(answer).length > answerBytesMax)
        throw new Error("a long answer");
    } finally {
      unwatchFiles();
    }
    if (wrongs.length > 0) throw new Error(`a command did ${wrongs.join(", ")}`);
    if (Object.hasOwn(Object.prototype, "command")) throw new Error("a prototype was changed");
  },
  isExpected: () => false,
  memoryBoundBytes: 64 * 1_024 * 1_024,
  testInputs: 300,
};
