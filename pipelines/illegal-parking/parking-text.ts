/** What is said about illegal parking: to people who follow it up, and to those who parked. */
import type { SubKind } from "../domain/kind.ts";
import type { ReasonFacts } from "../kind-rule.ts";
import { shorten, spell, spellGap, whyWithdrawn } from "../reason-text.ts";
import type { Reason } from "../violation-change.ts";

const vehicleNames: Readonly<Record<string, Reason>> = {
  car: { zh: "小型车", en: "car" },
  bus: { zh: "客车", en: "bus or coach" },
  truck: { zh: "货车", en: "truck" },
};
const anyVehicle: Reason = { zh: "机动车", en: "vehicle" };
const bicycle: Reason = { zh: "非机动车", en: "bicycle or e-bike" };

export function parkingReason(facts: ReasonFacts): Reason {
  if (facts.subKind === "shared-bike-pile-up") return pileUpReason(facts);
  const { stage, endReason, forbiddenMs, unobservedMs, rule, subKind } = facts;
  const vehicle =
    subKind === "non-motor-vehicle" ? bicycle : (vehicleNames[facts.labels[0] ?? ""] ?? anyVehicle);
  const zoneId = shorten(facts.zoneId, 40);
  const stood = spell(forbiddenMs);
  const gap = spellGap(unobservedMs);
  if (stage === "cleared") {
    return {
      zh: `疑似违停${vehicle.zh}已驶离区域“${zoneId}”，共观测停放${stood.zh}${gap.zh}，请核对后结束跟进。`,
      en: `The ${vehicle.en} suspected of illegal parking has left zone "${zoneId}" after ${stood.en} observed${gap.en}: nothing more to do there.`,
    };
  }
  if (stage === "withdrawn") {
    const why = whyWithdrawn(endReason);
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

function pileUpReason(facts: ReasonFacts): Reason {
  const { stage, endReason, forbiddenMs, unobservedMs, objectCount } = facts;
  const zoneId = shorten(facts.zoneId, 40);
  const stood = spell(forbiddenMs);
  const gap = spellGap(unobservedMs);
  switch (stage) {
    case "warned":
      return {
        zh: `区域“${zoneId}”疑似车辆淤积，约${objectCount}辆两轮车，已观测${stood.zh}${gap.zh}，请通知运营企业疏导。`,
        en: `About ${objectCount} bicycles pile up in zone "${zoneId}", observed for ${stood.en}${gap.en}; ask the operator to clear them.`,
      };
    case "reported":
      return {
        zh: `区域“${zoneId}”疑似车辆淤积，提醒后仍有约${objectCount}辆两轮车，已观测${stood.zh}${gap.zh}，请派员核查。`,
        en: `About ${objectCount} bicycles still pile up in zone "${zoneId}" after the warning, observed for ${stood.en}${gap.en}; send someone to check.`,
      };
    case "cleared":
      return {
        zh: `区域“${zoneId}”的两轮车淤积已缓解，共观测${stood.zh}${gap.zh}，请核对后结束跟进。`,
        en: `The bicycles in zone "${zoneId}" no longer pile up after ${stood.en} observed${gap.en}: nothing more to do there.`,
      };
    case "withdrawn": {
      const why = whyWithdrawn(endReason);
      return {
        zh: `区域“${zoneId}”两轮车淤积的记录已撤回：${why.zh}，无需处置。`,
        en: `The pile-up of bicycles in zone "${zoneId}" is withdrawn: ${why.en}; no action needed.`,
      };
    }
  }
}

export function parkingNotice(subKind: SubKind): Reason {
  if (subKind === "motor-vehicle") {
    return { zh: "此处禁止停车，请尽快驶离。", en: "No parking here. Please drive on." };
  }
  return {
    zh: "此处禁止停放非机动车，请停放到指定区域。",
    en: "No bicycles here. Please park in a marked area.",
  };
}
