/**
 * The hub's words on a car that stands too long: what is answered, what is kept, what changes.
 *
 * Real rules over the store in memory; one car is warned of after a minute.
 */
import { expect, test } from "vitest";
import { carAt, lookAt, morningMs, rulesOf } from "../pipelines/testing/street.ts";
import { RulesRunner } from "./rules-runner.ts";
import { Backoff } from "./runtime/backoff.ts";
import { SimulatedClock } from "./runtime/clock.ts";
import { silentLog } from "./runtime/log.ts";
import { FailingStore, revisionOf } from "./store/testing/rules-store.ts";
import type { VerdictCommand } from "./uplink/messages.ts";
import { Verdicts } from "./verdicts.ts";

async function street() {
  const store = new FailingStore();
  const clock = new SimulatedClock({ wallMs: morningMs });
  const rules = new RulesRunner({
    store,
    clock,
    log: silentLog,
    backoff: new Backoff({ delayMsMin: 500, delayMsMax: 30_000, random: () => 0 }),
    revisionOf,
    onCommitted: () => {},
    onCounts: () => {},
  });
  await rules.start([rulesOf()]);
  const timeZone = () => "Asia/Shanghai";
  const verdicts = new Verdicts({ store, rules, clock, timeZone });
  let second = 0;
  /** Whether the car is seen, for so many seconds. */
  const watch = async (seconds: number, isThere = true) => {
    for (const until = second + seconds; second < until; second += 2) {
      rules.offer(lookAt(second, isThere ? [{ box: carAt(0.4) }] : []));
      await clock.advance(2_000);
    }
  };
  await watch(100);
  const [violation] = await store.violations({ countMax: 1 });
  const id = violation?.violationId ?? "";
  const stages = async () => {
    const events = await store.events({ afterSequence: 0, countMax: 100 });
    return events.map(({ payload }) => {
      const { id: event, data } = JSON.parse(Buffer.from(payload).toString());
      return `${event.split(".")[1]} ${data.endReason ?? ""} ${data.caseNo ?? ""}`.trim();
    });
  };
  return { store, clock, rules, verdicts, watch, id, stages };
}

const command = (violation: string, more: object): VerdictCommand => ({
  command: "verdict",
  id: "c-1",
  violation,
  verdict: "confirmed",
  ...more,
});

const dismissed = { verdict: "dismissed", reason: "a loading bay" };

test("dismissed: withdrawn, kept together with the word, and quiet from then on", async () => {
  const { verdicts, store, stages, watch, id } = await street();
  const answer = await verdicts.take(command(id, { ...dismissed, caseNo: "17" }));
  expect(answer).toEqual({
    outcome: "accepted",
    reason: "the violation is withdrawn, and the same thing does not come back as a new one",
  });
  expect(await stages()).toEqual(["1", "2 verdict 17"]);
  expect(await store.verdicts({ countMax: 9 })).toMatchObject([
    { verdictId: "c-1", violationId: id, word: "dismissed", reason: "a loading bay", caseNo: "17" },
  ]);
  await watch(600);
  await watch(60, false);
  expect(await stages()).toEqual(["1", "2 verdict 17"]);
});

test("permitted until today: withdrawn, with the permit as its reason", async () => {
  const { verdicts, stages, id } = await street();
  const answer = await verdicts.take(command(id, { verdict: "permitted", until: "2026-07-01" }));
  expect(answer.outcome).toBe("accepted");
  expect(await stages()).toEqual(["1", "2 permit"]);
});

test("confirmed is kept and changes nothing; the number of the case goes on", async () => {
  const { verdicts, stages, watch, id } = await street();
  const answer = await verdicts.take(command(id, { caseNo: "17" }));
  expect(answer).toEqual({
    outcome: "accepted",
    reason: "the word is kept; the violation stays warned",
  });
  await watch(300);
  expect(await stages()).toEqual(["1", "2  17"]);
});

test("the case that an acknowledgement names goes with later events", async () => {
  const { verdicts, stages, watch, id } = await street();
  verdicts.noteCases([
    { eventId: `${id}.1`, caseNo: "2026-17" },
    { eventId: "unknown.7", caseNo: "2026-18" },
  ]);
  await watch(300);
  expect(await stages()).toEqual(["1", "2  2026-17"]);
});

test("the same command again is a duplicate, and so is the same word", async () => {
  const { verdicts, store, stages, id } = await street();
  await verdicts.take(command(id, dismissed));
  const again = await verdicts.take(command(id, dismissed));
  expect(again).toEqual({ outcome: "duplicate", reason: "this command was done before" });
  const sameWord = await verdicts.take(command(id, { ...dismissed, id: "c-2" }));
  expect(sameWord).toEqual({ outcome: "duplicate", reason: "it was dismissed before" });
  expect(await store.verdicts({ countMax: 9 })).toHaveLength(1);
  expect(await stages()).toEqual(["1", "2 verdict"]);
});

test("two at once are taken one after the other, in their order", async () => {
  const { verdicts, store, id } = await street();
  const answers = await Promise.all([
    verdicts.take(command(id, dismissed)),
    verdicts.take(command(id, dismissed)),
    verdicts.take(command(id, { id: "c-2" })),
  ]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(["accepted", "duplicate", "accepted"]);
  expect(answers[2]?.reason).toBe(
    "the violation was over before (withdrawn): confirmed is kept and changes nothing else",
  );
  const words = await store.verdicts({ countMax: 9 });
  expect(words.map(({ word }) => word)).toEqual(["dismissed", "confirmed"]);
});

const refused: readonly { name: string; more: object; isGone?: boolean; reason: RegExp }[] = [
  { name: "an unknown violation", more: { violation: "nobody" }, reason: /^no violation of this/ },
  {
    name: "a permit that has run out",
    more: { verdict: "permitted", until: "2026-06-30" },
    reason: /^2026-06-30 has passed$/,
  },
  {
    name: "a permit for a car that has left",
    more: { verdict: "permitted", until: "2026-12-31" },
    isGone: true,
    reason: /^it is cleared: a permit for its place belongs on the permit list$/,
  },
];
for (const { name, more, isGone = false, reason } of refused) {
  test(`${name} is rejected in words and harms nothing`, async () => {
    const { verdicts, store, stages, watch, id } = await street();
    if (isGone) await watch(60, false);
    const before = await stages();
    const answer = await verdicts.take(command(id, more));
    expect(answer.outcome).toBe("rejected");
    expect(answer.reason).toMatch(reason);
    expect(await stages()).toEqual(before);
    expect(await store.verdicts({ countMax: 9 })).toEqual([]);
  });
}

test("an id that was used for another word is rejected", async () => {
  const { verdicts, id } = await street();
  await verdicts.take(command(id, dismissed));
  const other = await verdicts.take(command(id, {}));
  expect(other.outcome).toBe("rejected");
  expect(other.reason).toMatch(/^the id was used before, for dismissed on /);
});

test("a word that comes late is kept for those who train detectors", async () => {
  const { verdicts, store, stages, watch, id } = await street();
  await watch(60, false);
  const answer = await verdicts.take(command(id, dismissed));
  expect(answer).toEqual({
    outcome: "accepted",
    reason: "the violation was over before (cleared): dismissed is kept and changes nothing else",
  });
  expect(await store.verdicts({ countMax: 9 })).toHaveLength(1);
  expect(await stages()).toEqual(["1", "2 gone"]);
});

test("nothing is answered before it is on disk", async () => {
  const { verdicts, store, clock, stages, id } = await street();
  store.isFailing = true;
  let answered = "";
  const answer = verdicts.take(command(id, dismissed)).then(({ outcome }) => {
    answered = outcome;
  });
  await clock.advance(10_000);
  expect([answered, await stages()]).toEqual(["", ["1"]]);
  store.isFailing = false;
  await clock.advance(60_000);
  await answer;
  expect([answered, await stages()]).toEqual(["accepted", ["1", "2 verdict"]]);
});

test("more than a hundred that wait are refused", async () => {
  const { verdicts, store, clock, id } = await street();
  store.isFailing = true;
  const answers = Array.from({ length: 101 }, (_, index) =>
    verdicts.take(command(id, { id: `c-${index}`, caseNo: String(index) })),
  );
  expect(await answers[100]).toMatchObject({ outcome: "rejected" });
  store.isFailing = false;
  for (let minute = 0; minute < 3; minute += 1) await clock.advance(60_000);
  const outcomes = new Set((await Promise.all(answers.slice(0, 100))).map((each) => each.outcome));
  expect(outcomes).toEqual(new Set(["accepted"]));
});
