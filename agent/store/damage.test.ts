/**
 * Whatever a disk does to the store's files, the next start goes on with what can be read.
 *
 * Each kind of damage is drawn from seeds and put on a copy of a busy box's folder, ended in order
 * or killed. Laws: opening ends with an open store; no number that was given is given again; no
 * byte leaves the box that was not written; what is gone is told; the store works, and the next
 * opening finds nothing more. `KERBSIDE_DAMAGE_SEEDS=2000` looks longer.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { droppedEventType } from "./drop-notice.ts";
import { eventText } from "./event-text.ts";
import { healedEventId, suspect } from "./heal.ts";
import { storeLimits } from "./limits.ts";
import { type OpenFolder, openFolder } from "./open-folder.ts";
import { eventOf, t0 } from "./sample-rows.ts";
import { isDamage } from "./store-errors.ts";
import { storeFile } from "./store-files.ts";
import { damages, type FilledFolder, fillFolder, randomOf } from "./testing/damaged-folder.ts";

const seedCount = Number(process.env["KERBSIDE_DAMAGE_SEEDS"] ?? 3);
const nowMs = t0 + 60_000;
const work = mkdtempSync(join(tmpdir(), "kerbside-damage-"));
const filled = new Map<string, FilledFolder>();

beforeAll(() => {
  filled.set("ended", fillFolder(join(work, "ended"), { isKilled: false }));
  filled.set("killed", fillFolder(join(work, "killed"), { isKilled: true }));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

for (const end of ["ended", "killed"]) {
  describe(`of an agent that was ${end}`, () => {
    for (const { name, apply } of damages) {
      test(`${name}: the next start goes on`, { timeout: 600_000 }, () => {
        const box = filled.get(end);
        assert.ok(box !== undefined);
        // What draws nothing is the same for every seed.
        const seedsMax = apply.length === 1 ? 1 : seedCount;
        for (let seed = 1; seed <= seedsMax; seed++) {
          const folder = join(work, "copy");
          rmSync(folder, { recursive: true, force: true });
          cpSync(box.path, folder, { recursive: true });
          apply(folder, randomOf(seed));
          try {
            checkLaws(folder, box);
          } catch (error) {
            const said = error instanceof Error ? error.message : String(error);
            throw new Error(`${name}, ${end}, seed ${seed}: ${said}`, { cause: error });
          }
        }
      });
    }
  });
}

/** What the thread and the supervisor do about damage that only shows in use. */
function checkLaws(folder: string, box: FilledFolder): void {
  try {
    checkOpening(folder, box);
  } catch (error) {
    if (!isDamage(error) || !(error instanceof Error)) throw error;
    suspect(join(folder, storeFile), error.message);
    checkOpening(folder, box);
  }
}

function checkOpening(folder: string, { lastSequence, waiting, events }: FilledFolder): void {
  const before = readdirSync(folder);
  const first = openFolder(folder, storeLimits(), nowMs);
  const { healed } = first;
  try {
    const entries = first.store.reads.outboxAfter({ afterSequence: 0, countMax: 10_000 });
    for (const { sequence, payload, type } of entries) {
      if (type !== droppedEventType) assert.deepEqual(payload, events.get(sequence));
    }
    const there = new Set(entries.map(({ sequence }) => sequence));
    const gone = waiting.filter((sequence) => !there.has(sequence));
    const untold = gone.filter((sequence) => !isTold(healed, sequence));
    assert.deepEqual(untold, [], `gone without a word; told: ${JSON.stringify(healed)}`);
    assert.ok(give(first, "later.1") > lastSequence, "a number was given again");
    if (healed !== undefined) {
      const told = eventText(eventOf(healedEventId(healed)));
      first.store.group(() => first.store.writes.appendEvent({ event: told, nowMs }));
    }
    first.store.group(() => first.store.writes.maintain({ nowMs }));
  } finally {
    close(first);
  }
  if (healed?.what === "damaged") {
    const asides = readdirSync(folder).filter((file) => !before.includes(file));
    assert.ok(
      asides.some((file) => file.startsWith("store.db.damaged-")),
      asides.join(" "),
    );
  }
  const second = openFolder(folder, storeLimits(), nowMs);
  const next = give(second, "later.2");
  close(second);
  assert.equal(second.healed, undefined, `again: ${JSON.stringify(second.healed)}`);
  assert.ok(next > lastSequence + 1);
  assert.equal(readFileSync(join(folder, "store-mark"), "utf8").startsWith("closed"), true);
}

function isTold(healed: OpenFolder["healed"], sequence: number): boolean {
  const range = healed?.mayMiss;
  if (range === undefined) return false;
  return range.firstSequence <= sequence && sequence <= range.lastSequence;
}

function give({ store }: OpenFolder, id: string): number {
  const event = eventText(eventOf(id));
  return store.group(() => store.writes.appendEvent({ event, nowMs }));
}

function close({ store, detections, lock }: OpenFolder): void {
  detections.close();
  store.close();
  lock.release();
}
