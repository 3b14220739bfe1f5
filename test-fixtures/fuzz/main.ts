/**
 * One target in a process of its own, started by `scripts/proof-fuzz.ts`: what ends a process
 * (native code, memory outside the heap) ends this one alone. Writes its result as one line.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, fuzz } from "./fuzz-run.ts";
import { targetNamed } from "./targets.ts";

export interface FuzzArguments {
  readonly target: string;
  readonly seed: number;
  readonly inputs?: number | undefined;
  readonly seconds?: number | undefined;
  /** Play this file again. */
  readonly replay?: string | undefined;
  /** Where inputs that did harm are written. */
  readonly folder: string;
}

export interface FuzzLine {
  readonly target: string;
  readonly inputs: number;
  readonly crashes: number;
  readonly hangs: number;
  readonly memory: number;
  readonly peakMegabytes: number;
  readonly inputsPerSecond: number;
  readonly residentMegabytes: number;
  readonly notes: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly kind: Finding["kind"];
    readonly number: number;
    readonly why: string;
    readonly file: string;
    readonly replay: string;
  }[];
}

// Its parent alone starts it.
const order = JSON.parse(process.argv[2] ?? "{}") as FuzzArguments;
const startedMs = Date.now();
const result = await fuzz({
  target: await targetNamed(order.target),
  seed: order.seed,
  inputsMax: order.replay === undefined ? (order.inputs ?? Number.MAX_SAFE_INTEGER) : 1,
  msMax: order.seconds === undefined ? Number.POSITIVE_INFINITY : order.seconds * 1_000,
  only: order.replay === undefined ? undefined : readFileSync(order.replay),
});
const line: FuzzLine = {
  target: order.target,
  inputs: result.inputs,
  crashes: result.crashes,
  hangs: result.hangs,
  memory: result.memory,
  peakMegabytes: Math.round(result.peakBytes / 1e4) / 100,
  inputsPerSecond: Math.round(result.inputs / ((Date.now() - startedMs) / 1_000)),
  residentMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
  notes: result.notes,
  findings: result.findings.map((finding) => keep(finding)),
};
process.stdout.write(`${JSON.stringify(line)}\n`);

function keep(finding: Finding): FuzzLine["findings"][number] {
  const { kind, number, why, input } = finding;
  const folder = join(order.folder, order.target);
  mkdirSync(folder, { recursive: true });
  const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
  const file = join(folder, `${kind}-${name}.bin`);
  writeFileSync(file, input);
  const replay = `npm run proof:fuzz -- --target ${order.target} --replay ${file}`;
  return { kind, number, why, file, replay };
}
