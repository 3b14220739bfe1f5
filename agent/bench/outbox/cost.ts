/**
 * What something takes, by the clock and by the operating system's account of this process; and two
 * things measured one after the other, again and again, so that a disk's mood meets both.
 */
export interface Cost {
  readonly count: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

export const perSecond = ({ count, elapsedMs }: Cost): number => (1_000 * count) / elapsedMs;
export const msEach = ({ count, elapsedMs }: Cost): number => elapsedMs / count;
export const cpuMsEach = ({ count, cpuMs }: Cost): number => cpuMs / count;

export async function costOf(count: number, run: () => unknown): Promise<Cost> {
  const startedMonoMs = performance.now();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - startedMonoMs;
  return { count, elapsedMs, cpuMs: (user + system) / 1_000 };
}

export type Measure = () => Promise<Cost>;

/** In turns, each time in the other order, until both together have taken so long. */
export async function alternated(
  first: Measure,
  second: Measure,
  forMs: number,
): Promise<readonly [Cost, Cost]> {
  let one: Cost = { count: 0, elapsedMs: 0, cpuMs: 0 };
  let other = one;
  for (let round = 0; one.elapsedMs + other.elapsedMs < forMs || round === 0; round++) {
    if (round % 2 === 0) one = sum(one, await first());
    other = sum(other, await second());
    if (round % 2 === 1) one = sum(one, await first());
  }
  return [one, other];
}

function sum(one: Cost, other: Cost): Cost {
  return {
    count: one.count + other.count,
    elapsedMs: one.elapsedMs + other.elapsedMs,
    cpuMs: one.cpuMs + other.cpuMs,
  };
}
