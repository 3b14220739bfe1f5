/**
 * Goal: no fault floods the log, and every line that was left out is counted in one that was not.
 * Method: rows of what repeats, and streams of lines at random in virtual time.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { BoundedLog } from "./bounded-log.ts";

interface Line {
  readonly level: string;
  readonly atMs: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function setUp() {
  const clock = new SimulatedClock();
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, atMs: clock.monoMs(), message, fields: { ...fields } });
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { clock, lines, log: new BoundedLog({ log, clock }) };
}

test("what comes a few times a minute is told each time, at its level", async () => {
  const { log, lines, clock } = setUp();
  for (let minute = 0; minute < 3; minute++) {
    for (let count = 0; count < 30; count++) log.warn({ camera: "a" }, `camera lost: ${count}`);
    log.error({}, "the store fails");
    await clock.advance(60_000);
  }
  expect(lines).toHaveLength(3 * 31);
});

test("what comes more often is a line with its count, and others are told as ever", async () => {
  const { log, lines, clock } = setUp();
  for (let count = 0; count < 1_000; count++) log.warn({ camera: "a" }, `camera lost: ${count}`);
  log.warn({ camera: "b" }, "camera lost: away");
  expect(lines).toHaveLength(31);
  await clock.advance(60_000);
  log.info({}, "hub: online");
  expect(lines.slice(31).map(({ message, fields }) => [message, fields["repeatCount"]])).toEqual([
    ["camera lost: 999 (repeated)", 970],
    ["hub: online", undefined],
  ]);
});

test("at the end what was left out is said", () => {
  const { log, lines } = setUp();
  for (let count = 0; count < 40; count++) log.error({}, "a regular duty failed");
  log.flush();
  log.flush();
  expect(lines.at(-1)).toMatchObject({ level: "error", fields: { repeatCount: 10 } });
  expect(lines).toHaveLength(31);
});

const anyLine = fc.record({
  level: fc.constantFrom("info" as const, "warn" as const, "error" as const),
  sort: fc.nat(2_000),
  times: fc.integer({ min: 1, max: 60 }),
  passMs: fc.integer({ min: 0, max: 20_000 }),
});

test("law: the lines of a minute are bounded, and none is lost uncounted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { maxLength: 60 }), async (stream) => {
      const { log, lines, clock } = setUp();
      let saidCount = 0;
      for (const { level, sort, times, passMs } of stream) {
        for (let time = 0; time < times; time++)
          log[level]({ camera: `c${sort}` }, `lost: ${time}`);
        saidCount += times;
        await clock.advance(passMs);
      }
      log.flush();
      const countOf = ({ fields, message }: Line) =>
        Number(fields["repeatCount"] ?? fields["lineCount"] ?? (message === "" ? 0 : 1));
      expect(lines.reduce((sum, line) => sum + countOf(line), 0)).toBe(saidCount);
      for (const { atMs: fromMs } of lines) {
        const within = lines.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 60_000);
        expect(within.length).toBeLessThanOrEqual(2 * 651);
      }
    }),
    { numRuns: 40 },
  );
});

test("a name in every line does not make memory grow", () => {
  const { log, lines } = setUp();
  for (let count = 0; count < 20_000; count++) log.info({ camera: `c${count}` }, "camera lost");
  expect(lines.length).toBeLessThanOrEqual(600);
  log.flush();
  expect(lines.at(-1)?.message).toMatch(/these were left out/);
  const total = lines.reduce(
    (sum, { fields }) => sum + Number(fields["repeatCount"] ?? fields["lineCount"] ?? 1),
    0,
  );
  expect(total).toBe(20_000);
});
