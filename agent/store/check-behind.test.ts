/** The check behind the start: when it runs, and what is made of its word. */
import assert from "node:assert/strict";
import { test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { silentLog } from "../runtime/log.ts";
import { CheckBehind } from "./check-behind.ts";

const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;

function started(answers: (string | undefined)[]) {
  const clock = new SimulatedClock({ wallMs: Date.UTC(2026, 4, 1) });
  const seen = { checkCount: 0, damage: [] as string[] };
  const check = async () => {
    seen.checkCount += 1;
    return answers.shift();
  };
  const onDamage = (reason: string) => void seen.damage.push(reason);
  const behind = new CheckBehind({ clock, log: silentLog, check, onDamage });
  behind.start();
  return { clock, behind, seen };
}

test("it looks once the start is long over, and every week", async () => {
  const { clock, behind, seen } = started([]);
  await clock.advance(4 * minuteMs);
  assert.equal(seen.checkCount, 0);
  await clock.advance(minuteMs);
  assert.equal(seen.checkCount, 1);
  await clock.advance(weekMs);
  assert.deepEqual([seen.checkCount, seen.damage], [2, []]);
  behind.stop();
  await clock.advance(weekMs);
  assert.equal(seen.checkCount, 2);
});

test("damage is told once, and nothing is looked at any more", async () => {
  const { clock, seen } = started([undefined, "a torn page"]);
  await clock.advance(5 * minuteMs + weekMs);
  await clock.advance(3 * weekMs);
  assert.deepEqual(seen, { checkCount: 2, damage: ["a torn page"] });
});
