/**
 * Goal: no input ends a parser, keeps it a second, or makes it take more memory than its bound.
 * Method: what was found once (`corpus/`), and mutations from a fixed seed; `npm run proof:fuzz`
 * does the same a million times.
 */
import { expect, test } from "vitest";
import { testInputsDefault, timeBoundMsDefault } from "./fuzz-target.ts";
import { InputMaker } from "./input-maker.ts";
import { targets } from "./targets.ts";

const seed = 20_260_101;

for (const [name, load] of Object.entries(targets)) {
  test(`${name} takes what it was once broken by, and more`, async () => {
    const target = await load();
    expect(target.name).toBe(name);
    const maker = await InputMaker.of(target, seed);
    const inputs = target.testInputs ?? testInputsDefault;
    const count = inputs === 0 ? 0 : maker.corpusCount + inputs;
    for (let number = 0; number < count; number++) {
      const input = maker.input(number);
      const startedMs = performance.now();
      try {
        await target.run(input);
      } catch (error) {
        const detail = `input ${number}: ${Buffer.from(input).toString("latin1", 0, 400)}`;
        if (!target.isExpected(error)) throw new Error(detail, { cause: error });
      }
      const tookMs = performance.now() - startedMs;
      expect(tookMs, `ms for input ${number}`).toBeLessThan(
        target.timeBoundMs ?? timeBoundMsDefault,
      );
    }
    await target.stop?.();
  });
}
