/** A process that runs some seeds and says one line of JSON for each. */
import type { MutantName } from "./mutants.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";

export interface SeedOrder {
  readonly from: number;
  readonly until: number;
  readonly mutant?: MutantName;
}

export type SeedLine = Pick<SeedResult, "seed" | "broken" | "hash"> &
  SeedResult["figures"] & { readonly cpuMs: number };

const order = JSON.parse(process.argv[2] ?? "{}") as SeedOrder; // Written by the script beside it.
for (let seed = order.from; seed < order.until; seed += 1) {
  const before = process.cpuUsage();
  const { broken, hash, figures } = await runSeed(seed, order.mutant);
  const { user, system } = process.cpuUsage(before);
  const cpuMs = Math.round((user + system) / 1_000);
  const line: SeedLine = { seed, broken, hash, ...figures, cpuMs };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
