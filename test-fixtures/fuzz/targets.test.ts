/**
 * Goal: no input ends a parser, keeps it a second, or makes it take more memory than its bound.
 * Method: what was found once (`corpus/`), and mutations from a fixed seed; `npm run proof:fuzz`
 * does the same a million times.
 */
import { expect, test } from "vitest";
import { corpusFiles } from "./corpus-files.ts";
import { testInputsDefault, timeBoundMsDefault } from "./fuzz-target.ts";
import { InputMaker } from "./input-maker.ts";
import { targets } from "./targets.ts";

const seed = 20_260_101;
/** All of these tests together shall take seconds: what is committed always, the rest in this time. */
const cpuMsMax = 150;

for (const [name, load] of Object.entries(targets)) {
  test(`${name} takes what it was once broken by, and more`, async () => {
    const target = await load();
    expect(target.name).toBe(name);
    const maker = await InputMaker.of(target, seed);
    const inputs = target.testInputs ?? testInputsDefault;
    const count = inputs === 0 ? 0 : maker.corpusCount + inputs;
    const committedCount = corpusFiles(name).length;
    const begin = process.threadCpuUsage();
    for (let number = 0; number < count; number++) {
      if (number >= committedCount && cpuMsSince(begin) > cpuMsMax) break;
      const input = maker.input(number);
      const before = process.threadCpuUsage();
      try {
        await target.run(input);
      } catch (error) {
        const detail = `input ${number}: ${Buffer.from(input).toString("latin1", 0, 400)}`;
        if (!target.isExpected(error)) throw new Error(detail, { cause: error });
      }
      const boundMs = target.timeBoundMs ?? timeBoundMsDefault;
      const tookMs = cpuMsSince(before);
      if (tookMs > boundMs) throw new Error(`input ${number} took ${tookMs} ms of ${boundMs}`);
    }
    await target.stop?.();
  });
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
