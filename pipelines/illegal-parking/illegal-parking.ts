/**
 * Illegal parking of motor vehicles: a vehicle that stands in a zone longer than the rule allows.
 *
 * What stands because its lane stands (a queue at a light, a jam) is excused by the lane's flow.
 * It says "suspected": whether the driver was in the car is for a person to judge.
 */
import type { CaseFacts, Judgement, KindRule, ReasonFacts } from "../kind-rule.ts";
import { mayBeWaiting } from "../presence/lane-flow.ts";
import type { Reason } from "../violation-change.ts";

export const illegalParking: KindRule = {
  kind: "illegal-parking",
  thingsOf: { "motor-vehicle": ["motor-vehicle"] },
  usualSubKinds: ["motor-vehicle"],
  judge,
  reasonOf,
};

function judge({ presence, zone, scene }: CaseFacts): Judgement {
  return {
    answer: "violating",
    subKind: "motor-vehicle",
    isExcused: mayBeWaiting(presence, scene.flowOf(zone.id), scene.atMs),
  };
}

const vehicleNames: Readonly<Record<string, Reason>> = {
  car: { zh: "小型车", en: "car" },
  bus: { zh: "客车", en: "bus or coach" },
  truck: { zh: "货车", en: "truck" },
};
const anyVehicle: Reason = { zh: "机动车", en: "vehicle" };

function reasonOf(facts: ReasonFacts): Reason {
  const { stage, endReason, forbiddenMs, unobservedMs, rule } = facts;
  const vehicle = vehicleNames[facts.labels[0] ?? ""] ?? anyVehicle;
  const zoneId = shorten(facts.zoneId, 40);
  const stood = spell(forbiddenMs);
  const unobserved = spell(unobservedMs);
  const hasGap = unobservedMs >= 1_000;
  const gap: Reason = hasGap
    ? { zh: `（另有${unobserved.zh}未观测到）`, en: ` (and ${unobserved.en} not observed)` }
    : { zh: "", en: "" };
  if (stage === "cleared") {
    return {
      zh: `疑似违停${vehicle.zh}已驶离区域“${zoneId}”，共观测停放${stood.zh}${gap.zh}，请核对后结束跟进。`,
      en: `The ${vehicle.en} suspected of illegal parking has left zone "${zoneId}" after ${stood.en} observed${gap.en}: nothing more to do there.`,
    };
  }
  if (stage === "withdrawn") {
    const why = withdrawals[endReason ?? "rule-removed"] ?? anyWithdrawal;
    return {
      zh: `区域“${zoneId}”内疑似违停${vehicle.zh}的记录已撤回：${why.zh}，无需处置。`,
      en: `Suspected illegal parking of a ${vehicle.en} in zone "${zoneId}" is withdrawn: ${why.en}; no action needed.`,
    };
  }
  const limit = spell(stage === "warned" ? rule.warnAfterMs : rule.reportAfterMs);
  if (stage === "warned") {
    return {
      zh: `${vehicle.zh}疑似违停于区域“${zoneId}”，已观测停放${stood.zh}${gap.zh}，达到提醒时限${limit.zh}，请提醒驶离。`,
      en: `A ${vehicle.en} is suspected of illegal parking in zone "${zoneId}": observed standing for ${stood.en}${gap.en}, warning limit ${limit.en}; ask the driver to leave.`,
    };
  }
  return {
    zh: `${vehicle.zh}疑似违停于区域“${zoneId}”，提醒后仍未驶离，已观测停放${stood.zh}${gap.zh}，达到上报时限${limit.zh}，请派员核查。`,
    en: `A ${vehicle.en} is suspected of illegal parking in zone "${zoneId}" and stayed after the warning: observed standing for ${stood.en}${gap.en}, report limit ${limit.en}; send someone to check.`,
  };
}

const anyWithdrawal: Reason = { zh: "规则已变更", en: "the rule changed" };
const withdrawals: Readonly<Record<string, Reason>> = {
  permit: { zh: "已有许可", en: "a permit covers it" },
  verdict: { zh: "人工判定不成立", en: "a person judged that it is none" },
  "camera-moved": { zh: "摄像机视角已移动", en: "the camera has moved" },
  "rule-removed": { zh: "区域或规则已调整", en: "its zone or rule was removed or changed" },
};

/** `5分钟12秒`, `5 min 12 s` */
function spell(durationMs: number): Reason {
  const seconds = Math.floor(durationMs / 1_000);
  const parts: readonly (readonly [number, string, string])[] = [
    [Math.floor(seconds / 3_600), "小时", "h"],
    [Math.floor(seconds / 60) % 60, "分钟", "min"],
    [seconds % 60, "秒", "s"],
  ];
  const named = parts.filter(([value]) => value > 0);
  if (named.length === 0) return { zh: "0秒", en: "0 s" };
  return {
    zh: named.map(([value, zh]) => `${value}${zh}`).join(""),
    en: named.map(([value, , en]) => `${value} ${en}`).join(" "),
  };
}

function shorten(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}
