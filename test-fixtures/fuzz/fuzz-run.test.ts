/** Goal: a fuzzer that finds nothing proves something only if it would have found it. */
import { expect, test } from "vitest";
import { fuzz } from "./fuzz-run.ts";
import { InputMaker } from "./input-maker.ts";
import { broken } from "./targets/broken.ts";

test("a crash, a hang and a hoard are found, counted and kept with their input", async () => {
  const result = await fuzz({ target: broken, seed: 1, inputsMax: 60, msMax: 20_000 });
  expect(result.inputs).toBe(60);
  expect(result.crashes).toBeGreaterThan(0);
  expect(result.hangs).toBeGreaterThan(0);
  expect(result.memory).toBeGreaterThan(0);
  const has = { crash: 0x40, hang: 0x81, memory: 0xff } as const;
  expect(new Set(result.findings.map(({ kind }) => kind))).toEqual(new Set(Object.keys(has)));
  for (const { kind, input } of result.findings) expect(input).toContain(has[kind]);
});

test("an input that did harm does it again when it is played alone", async () => {
  const only = Uint8Array.of(0x61, 0x40);
  const order = { target: broken, seed: 1, inputsMax: 1, msMax: 20_000, only };
  const [finding] = (await fuzz(order)).findings;
  expect(finding).toMatchObject({ kind: "crash", input: only });
  expect(finding?.why).toContain("a fault on purpose");
});

test("the same seed makes the same inputs, in whatever order they are asked for", async () => {
  const [one, two] = [await InputMaker.of(broken, 7), await InputMaker.of(broken, 7)];
  const forwards = Array.from({ length: 200 }, (_, index) => Buffer.from(one.input(index)));
  for (let index = 199; index >= 0; index--) {
    expect(Buffer.from(two.input(index)).equals(forwards[index] ?? Buffer.of())).toBe(true);
  }
  const other = await InputMaker.of(broken, 8);
  const alike = forwards.filter((input, index) => input.equals(other.input(index)));
  expect(alike.length).toBeLessThan(40);
});
