/**
 * The whole agent in simulated worlds, one a seed: how many seeds broke a promise.
 *
 * `--seeds N` from `--from S` on, in two processes; `--seed S` one, with its story; `--mutant NAME`
 * with a fault built in, which must break promises. A seed that fails is told with the command that
 * plays it again; an interrupt ends the run with what it has. The last line with `--json` is one
 * object. Exit code 1 when any promise broke.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { progressBar } from "../agent/cli/progress-bar.ts";
import type { SeedLine, SeedOrder } from "../test-fixtures/simulation/main.ts";
import { isMutantName, type MutantName, mutants } from "../test-fixtures/simulation/mutants.ts";
import { runSeed } from "../test-fixtures/simulation/run-seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    mutant: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const lanes = 2;
/**
 * What is left of a killed agent stays in its process, a quarter of a megabyte a seed: Node holds
 * signals with a listener (`AbortSignal.any`) until they are aborted, and who is killed aborts none.
 */
const seedsOfProcess = 100;
const mutant = mutantOf(values.mutant);
process.exitCode = values.seed === undefined ? await runMany() : await replay(whole("seed"));

/** One seed, with all that happened. */
async function replay(seed: number): Promise<number> {
  const fromMs = performance.now();
  const { story, broken, hash, figures } = await runSeed(seed, mutant);
  for (const line of story) process.stdout.write(`${line}\n`);
  process.stdout.write(`${JSON.stringify({ seed, hash, ...figures })}\n`);
  const seeds = {
    seeds: 1,
    broken: Number(broken.length > 0),
    failing: broken.length > 0 ? [seed] : [],
  };
  if (values.json) {
    const secondsPerSeed = round((performance.now() - fromMs) / 1_000);
    process.stdout.write(`${JSON.stringify({ ...seeds, secondsPerSeed, broke: broken })}\n`);
  }
  return seeds.broken;
}

async function runMany(): Promise<number> {
  const count = whole("seeds", 100);
  const from = whole("from");
  const fromMs = performance.now();
  const bar = progressBar(
    { stderr: (text) => process.stderr.write(text), isTty: process.stderr.isTTY },
    "worlds",
  );
  const lines: SeedLine[] = [];
  const take = (line: SeedLine) => {
    lines.push(line);
    bar.update(lines.length, count);
    if (line.broken.length === 0) return;
    const { promise, what } = line.broken[0] ?? { promise: "", what: "" };
    const mutated = mutant === undefined ? "" : ` --mutant ${mutant}`;
    process.stderr.write(
      `seed ${line.seed}: ${promise}: ${what.split("\n")[0]}\n  npm run proof:simulation -- --seed ${line.seed}${mutated}\n`,
    );
  };
  const chunks = Array.from({ length: Math.ceil(count / seedsOfProcess) }, (_, index) => {
    const first = from + index * seedsOfProcess;
    return { from: first, until: Math.min(first + seedsOfProcess, from + count) };
  });
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const lane = async () => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      if (!ending.signal.aborted) await runProcess(chunk, take, ending.signal);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  bar.end();
  const failing = lines.filter(({ broken }) => broken.length > 0).map(({ seed }) => seed);
  const sum = (pick: (line: SeedLine) => number) =>
    lines.reduce((total, line) => total + pick(line), 0);
  const result = {
    seeds: lines.length,
    broken: failing.length,
    failing: failing.toSorted((a, b) => a - b).slice(0, 100),
    secondsPerSeed: round(sum(({ cpuMs }) => cpuMs) / 1_000 / Math.max(1, lines.length)),
    seconds: Math.round((performance.now() - fromMs) / 1_000),
    simulatedHours: Math.round(sum(({ simulatedHours }) => simulatedHours)),
    starts: sum(({ starts }) => starts),
    events: sum(({ events }) => events),
    looks: sum(({ looks }) => looks),
    allowed: sum(({ allowed }) => allowed),
    ...(mutant === undefined ? {} : { mutant }),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    process.stdout.write(
      `${result.seeds} worlds of ${result.simulatedHours} hours, ${result.starts} starts, ${result.events} events: ${result.broken} broke a promise\n`,
    );
  if (lines.length < count) {
    process.stderr.write(`only ${lines.length} of ${count} seeds came to their end\n`);
    return 1;
  }
  return failing.length === 0 ? 0 : 1;
}

async function runProcess(
  chunk: { readonly from: number; readonly until: number },
  take: (line: SeedLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const order: SeedOrder = { ...chunk, ...(mutant === undefined ? {} : { mutant }) };
  const main = new URL("../test-fixtures/simulation/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const stop = () => void child.kill();
  signal.addEventListener("abort", stop, { once: true });
  for await (const line of createInterface({ input: child.stdout })) {
    take(JSON.parse(line) as SeedLine);
  }
  await ended;
  signal.removeEventListener("abort", stop);
}

function mutantOf(name: string | undefined): MutantName | undefined {
  if (name === undefined || isMutantName(name)) return name;
  process.stderr.write(`no mutant ${name}; there are ${Object.keys(mutants).join(", ")}\n`);
  process.exit(2);
}

function whole(name: "seeds" | "from" | "seed", usual?: number): number {
  const written = values[name];
  const value = written === undefined ? usual : Number(written);
  if (value !== undefined && Number.isSafeInteger(value) && value >= 1) return value;
  process.stderr.write(`--${name} must be a whole number from 1 up, got ${written ?? "nothing"}\n`);
  process.exit(2);
}

function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
