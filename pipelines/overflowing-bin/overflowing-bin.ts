/**
 * Bins that overflow, and rubbish on the ground.
 *
 * A bin is one thing for as long as it stands; whether it overflows is its state, with hysteresis
 * (`bin-memory.ts`). Rubbish that touches a bin belongs to that bin's case. Rubbish with no bin
 * near is a case of its own; large and lasting, it is a heap.
 */
import { boxArea, boxOverlap, type NormBox } from "../domain/geometry.ts";
import { type Label, labels } from "../domain/label.ts";
import type { RuleSettings } from "../domain/rule.ts";
import type { CaseFacts, Judgement, KindRule } from "../kind-rule.ts";
import { isSameThing } from "../presence/candidates.ts";
import { type Presence, presenceLimits, stands } from "../presence/presence.ts";
import type { Scene } from "../scene.ts";
import { footprintShare } from "../zones/footprint.ts";
import { isBesideBin, isBesidePoint, lies, mayLie } from "./beside-bin.ts";
import { usualBins } from "./bin-defaults.ts";
import { type BinMemory, countName, countVote, isNamedBin, unknownBin } from "./bin-memory.ts";
import { binNotice, binReason } from "./bin-text.ts";

const usualSubKinds = ["bin-overflow", "exposed-garbage"] as const;

export const overflowingBin: KindRule = {
  kind: "overflowing-bin",
  thingsOf: {
    // Rubbish stands for a named bin that it has buried.
    "bin-overflow": ["bin", "garbage"],
    "exposed-garbage": ["garbage"],
    "rubbish-heap": ["garbage"],
  },
  usualSubKinds,
  sideThingsOf: { "exposed-garbage": ["bin"], "rubbish-heap": ["bin"] },
  judge: (facts) => (facts.presence.thing === "bin" ? judgeBin(facts) : judgeGarbage(facts)),
  reasonOf: binReason,
  noticeOf: binNotice,
};

function judgeBin({ presence, rule, open, scene }: CaseFacts): Judgement {
  const subKind = "bin-overflow";
  const { named } = rule.bins ?? usualBins;
  const name = named.find(({ at }) => isBesidePoint(presence.place, at))?.id;
  if (named.length > 0 && name === undefined) return { answer: "right", subKind };
  const vote = voteOf(presence, scene);
  const known = open.memory.bin ?? unknownBin;
  const voted = vote === undefined ? known : countVote(known, vote, presence.observedMs);
  const bin = { ...countName(voted, ownShareOf(presence, scene)), ...cleanSince(presence, scene) };
  const rubbish = rubbishBeside(presence, scene, lies);
  const base = {
    subKind,
    memory: { ...open.memory, bin },
    objectCount: 1 + rubbish.length,
    cues: [
      { label: "overflowing-bin", score: bin.fullness },
      ...rubbish.slice(0, 8).map(({ score }) => ({ label: "garbage", score })),
    ],
    ...(name === undefined ? {} : { objectId: name }),
  } as const;
  if (rubbish.length > 0) {
    const reasonCode = bin.isOverflowing ? "above-rim" : "beside-bin";
    // It counts from when it was seen, and is told when it is sure.
    const isSure = isNamedBin(bin) && (bin.isOverflowing || rubbish.some(stands));
    return { ...base, answer: "violating", reasonCode, excuse: isSure ? null : "doubt" };
  }
  if (!bin.isOverflowing) {
    const isRising = vote !== undefined && vote > 0.5;
    if (!isRising && rubbishBeside(presence, scene, mayLie).length > 0) {
      return { ...base, answer: "unsure" };
    }
    if (!isRising) {
      const { cleanSinceMs = null, ...inOrder } = bin;
      const memory = { ...base.memory, bin: inOrder };
      return {
        ...base,
        memory,
        answer: "right",
        rightSinceMs: known.againstSinceMs ?? cleanSinceMs,
      };
    }
    // What was told is in order until votes prevail again; before, their time may count.
    if (open.revision > 0) return { ...base, answer: "unsure" };
  }
  // A vote against the state may be its end: no stage is reached on such a look.
  const isSure = isNamedBin(bin) && bin.isOverflowing && bin.againstSinceMs === null;
  const excuse = isSure ? null : "doubt";
  return { ...base, answer: "violating", reasonCode: "above-rim", excuse };
}

/** What this look calls it: both labels, where the detector gives both. */
function voteOf({ box }: Presence, scene: Scene): number | undefined {
  const best = (label: "bin" | "overflowing-bin"): number =>
    scene.boxesOf(label).find((seen) => isSameThing(seen.box, box))?.score ?? 0;
  const over = best("overflowing-bin");
  const plain = best("bin");
  return over + plain === 0 ? undefined : over / (over + plain);
}

/** Rubbish covers a bin and people empty it: these two say nothing against it. */
const otherNames: readonly Label[] = labels.filter(
  (label) => !["bin", "overflowing-bin", "garbage", "person"].includes(label),
);

/** Of what this look called its box, the share that is a bin. One box is one thing. */
function ownShareOf({ box }: Presence, scene: Scene): number {
  const other = bestAt(box, otherNames, scene);
  if (other === 0) return 1;
  const own = bestAt(box, ["bin", "overflowing-bin"], scene);
  return own / (own + other);
}

function bestAt(box: NormBox, names: readonly Label[], scene: Scene): number {
  let best = 0;
  for (const name of names) {
    for (const seen of scene.boxesOf(name)) {
      const isHere = boxOverlap(seen.box, box) >= presenceLimits.overlapMinSame;
      if (isHere) best = Math.max(best, seen.score);
    }
  }
  return best;
}

function rubbishBeside(
  { place }: Presence,
  scene: Scene,
  isThere: (garbage: Presence) => boolean,
): readonly Presence[] {
  return scene
    .presencesOf("garbage")
    .filter((garbage) => isThere(garbage) && isBesideBin(garbage.place, place));
}

/** Since when the rubbish beside it was not seen, while that is known. */
function cleanSince(
  { place, observedMs }: Presence,
  scene: Scene,
): Pick<BinMemory, "cleanSinceMs"> {
  const known = scene
    .presencesOf("garbage")
    .filter((garbage) => garbage.seenCount >= 2 && isBesideBin(garbage.place, place));
  if (known.length === 0) return {};
  const absentMs = Math.min(...known.map(({ gap }) => gap.absentMs));
  return { cleanSinceMs: Math.max(0, observedMs - absentMs) };
}

function judgeGarbage({ presence, rule, open, scene }: CaseFacts): Judgement {
  const { named, heapSizeMin, heapAfterMs } = rule.bins ?? usualBins;
  const bins = scene.presencesOf("bin").filter(({ place }) => isBesideBin(presence.place, place));
  if (bins.some((bin) => isWatched(bin, scene))) {
    return { answer: "right", subKind: open.subKind };
  }
  const buried = named.find(({ at }) => isBesidePoint(presence.place, at));
  if (buried !== undefined && watchesBins(rule)) {
    const code = { reasonCode: "beside-bin", objectId: buried.id } as const;
    return { answer: "violating", subKind: "bin-overflow", ...code };
  }
  const isHeap = boxArea(presence.place) >= heapSizeMin && presence.observedMs >= heapAfterMs;
  const isHeapRule = rule.subKinds?.includes("rubbish-heap") ?? false;
  const subKind = isHeap && isHeapRule ? "rubbish-heap" : "exposed-garbage";
  return { answer: "violating", subKind };
}

/** Rubbish beside a bin that no rule watches is nobody's but its own. */
function isWatched({ place }: Presence, { rules }: Scene): boolean {
  return rules.zones.some(({ polygon, rules: ofZone }) =>
    ofZone.some(
      (rule) =>
        rule.kind === "overflowing-bin" &&
        watchesBins(rule) &&
        footprintShare(place, polygon) >= rule.overlapMin,
    ),
  );
}

function watchesBins({ subKinds }: RuleSettings): boolean {
  return (subKinds ?? usualSubKinds).includes("bin-overflow");
}
