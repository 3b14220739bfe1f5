/**
 * Kills processes of the real agent at moments that a seed draws, and judges what the hub has.
 *
 * Some kills follow each other at once: the next one meets a start, an open transaction or a
 * broker that nobody is connected with yet.
 */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openReadOnly } from "../../agent/store/open-database.ts";
import { storeFile } from "../../agent/store/store-files.ts";
import {
  type SeededRandom,
  seededRandom,
} from "../../test-fixtures/camera-server/seeded-random.ts";
import { type Judgement, judge, type ToldStage, type WrittenEvent } from "./judge.ts";
import { KillRig, type KillTarget, killTargets, steadyCamera } from "./kill-rig.ts";
import { type DwellFinding, unobservedDwell } from "./unobserved-dwell.ts";

export interface KillOptions {
  readonly times: number;
  readonly seed: number;
  /** Of the events the hub is handed: this one it forgets. */
  readonly forgets?: number;
  readonly say: (line: string) => void;
}

export interface KillResult extends Omit<Judgement, "findings"> {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly killsOf: Readonly<Record<KillTarget, number>>;
  /** Violations with revisions before and after an agent was killed. */
  readonly continued: number;
  /** Violations whose dwell holds time in which no agent ran. */
  readonly unobservedDwell: number;
  readonly findings: readonly string[];
}

/** Out of a hundred. */
const shares: Readonly<Record<KillTarget, number>> = {
  agent: 40,
  "decoder-host": 20,
  broker: 25,
  cameras: 15,
};
const pauseMsMax = 4_000;
/** Of a hundred kills so many follow the one before at once. */
const atOncePercent = 15;
const atOnceMsMax = 150;
/** Of a hundred starts of the agent so many may be cut off by the next kill. */
const startPercent = 25;
const settleMsMax = 120_000;

export async function killProof({ times, seed, forgets, say }: KillOptions): Promise<KillResult> {
  const random = seededRandom("kill", seed);
  const startedMonoMs = performance.now();
  const killsOf = { agent: 0, "decoder-host": 0, broker: 0, cameras: 0 };
  const rig = await KillRig.start({ forgets });
  try {
    await rig.running();
    // Under load: the first events are on their way.
    while (rig.hub.heard.length < 3) await wait(50);
    for (let kill = 1; kill <= times; ) {
      const isAtOnce = random.below(100) < atOncePercent;
      await wait(random.below(isAtOnce ? atOnceMsMax : pauseMsMax));
      const target = drawTarget(random);
      if (!(await rig.kill(target))) continue;
      killsOf[target] += 1;
      if (target === "agent" && random.below(100) >= startPercent) await rig.running();
      if (kill % 10 === 0) say(`${kill} of ${times} killed, ${rig.hub.heard.length} events heard`);
      kill += 1;
    }
    const path = join(rig.dataFolder, storeFile);
    await rig.settle(async () => isEmpty(path), settleMsMax);
    const written = readWritten(path);
    const judgement = judge({
      written,
      told: rig.logs.flat().flatMap(toldStage),
      heard: rig.hub.heard,
      steadyCameras: [steadyCamera],
    });
    const dwell = unobservedDwell(written, rig.absences);
    return {
      seed,
      seconds: Math.round((performance.now() - startedMonoMs) / 1_000),
      kills: times,
      killsOf,
      ...judgement,
      ...countsOf(dwell),
      findings: [...judgement.findings, ...dwell.findings],
    };
  } finally {
    await rig.remove();
  }
}

function countsOf({ continuedCount, brokenCount }: DwellFinding) {
  return { continued: continuedCount, unobservedDwell: brokenCount };
}

function drawTarget(random: SeededRandom): KillTarget {
  let left = random.below(100);
  for (const target of killTargets) {
    if (left < shares[target]) return target;
    left -= shares[target];
  }
  return "agent";
}

/** The agent logs a stage when its transaction is on disk. */
function toldStage(line: { readonly message: string; readonly violation?: string }): ToldStage[] {
  const { message: stage, violation } = line;
  return violation === undefined ? [] : [{ violation, stage }];
}

function isEmpty(path: string): boolean {
  const db = openReadOnly(path);
  try {
    return db.prepare("SELECT 1 FROM outbox LIMIT 1").get() === undefined;
  } finally {
    db.close();
  }
}

function readWritten(path: string): readonly WrittenEvent[] {
  const db = openReadOnly(path);
  try {
    return db
      .prepare<[], WrittenEvent>(
        "SELECT sequence, event_id AS id, CAST(payload AS TEXT) AS text FROM events ORDER BY sequence",
      )
      .all();
  } finally {
    db.close();
  }
}
