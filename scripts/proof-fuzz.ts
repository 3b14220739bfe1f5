/**
 * Feeds every parser with broken input and counts what breaks: crashes, inputs that take longer
 * than a second, inputs that take more memory than their bound.
 *
 * Each target runs in a process of its own, two at a time. `--seconds N` is the time of the whole
 * run, shared by the targets, loading their code not counted; `--inputs N` is a target's count. What did harm is kept as a file in
 * `.tmp/fuzz` with the command that plays it again. Exit code 1 when there is any.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { FuzzArguments, FuzzLine } from "../test-fixtures/fuzz/main.ts";
import { targets } from "../test-fixtures/fuzz/targets.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true, default: [] },
    seconds: { type: "string" },
    inputs: { type: "string" },
    seed: { type: "string", default: "1" },
    replay: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const lanes = 2;
const names = values.target.length > 0 ? values.target : Object.keys(targets);
const inputs = numberOf("inputs", values.inputs);
const seconds = numberOf("seconds", values.seconds) ?? (inputs === undefined ? 60 : undefined);
const common = {
  seed: numberOf("seed", values.seed) ?? 1,
  folder: join(".tmp", "fuzz"),
  ...(inputs === undefined ? {} : { inputs }),
  ...(seconds === undefined
    ? {}
    : { seconds: Math.max(1, (seconds * Math.min(lanes, names.length)) / names.length) }),
  ...(values.replay === undefined ? {} : { replay: values.replay }),
};

const waiting = [...names];
const lines: FuzzLine[] = [];
await Promise.all(Array.from({ length: lanes }, () => runLane()));
lines.sort((a, b) => names.indexOf(a.target) - names.indexOf(b.target));
const sum = (pick: (line: FuzzLine) => number): number =>
  lines.reduce((total, line) => total + pick(line), 0);
const total = {
  inputs: sum((line) => line.inputs),
  crashes: sum((line) => line.crashes),
  hangs: sum((line) => line.hangs),
  memory: sum((line) => line.memory),
};
if (values.json) {
  process.stdout.write(`${JSON.stringify({ ...total, seed: common.seed, targets: lines })}\n`);
} else {
  const { crashes, hangs, memory } = total;
  process.stdout.write(
    `${total.inputs} inputs: ${crashes} crashes, ${hangs} hangs, ${memory} over their memory\n`,
  );
}
process.exitCode = total.crashes + total.hangs + total.memory === 0 ? 0 : 1;

async function runLane(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const line = await runTarget({ ...common, target: name });
    lines.push(line);
    tell(line);
  }
}

async function runTarget(order: FuzzArguments): Promise<FuzzLine> {
  const main = join(import.meta.dirname, "../test-fixtures/fuzz/main.ts");
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
    // Each process and each of its threads would compile the same modules anew.
    env: { ...process.env, NODE_COMPILE_CACHE: join(import.meta.dirname, "../.tmp/compile-cache") },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code, signal] = await once(child, "close");
  const last = output.trim().split("\n").at(-1) ?? "";
  if (code === 0) return JSON.parse(last) as FuzzLine; // Written by main.ts.
  if (code !== null) throw new Error(`the fuzzer of ${order.target} ended with ${code}`);
  const why = `the process was ended by ${signal}`;
  const replay = `npm run proof:fuzz -- --target ${order.target} --seed ${order.seed}`;
  return {
    target: order.target,
    inputs: 0,
    crashes: 1,
    hangs: 0,
    memory: 0,
    peakMegabytes: 0,
    inputsPerSecond: 0,
    residentMegabytes: 0,
    notes: {},
    findings: [{ kind: "crash", number: -1, why, file: "", replay }],
  };
}

function tell(line: FuzzLine): void {
  const { target, crashes, hangs, memory, peakMegabytes, inputsPerSecond } = line;
  const notes = Object.entries(line.notes)
    .map(([name, count]) => `, ${name} ${count}`)
    .join("");
  process.stderr.write(
    `${target.padEnd(24)} ${String(line.inputs).padStart(9)} inputs (${inputsPerSecond}/s), ` +
      `${crashes} crashes, ${hangs} hangs, ${memory} over memory; peak ${peakMegabytes} MB${notes}\n`,
  );
  for (const { kind, why, replay } of line.findings) {
    process.stderr.write(`  ${kind}: ${why.split("\n").slice(0, 3).join(" | ")}\n    ${replay}\n`);
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`--${name} must be a number above 0, got ${text}`);
}
