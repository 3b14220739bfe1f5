/** What is said about bins and rubbish. */
import type { SubKind } from "../domain/kind.ts";
import type { ReasonFacts } from "../kind-rule.ts";
import { shorten, spell, spellGap, whyWithdrawn } from "../reason-text.ts";
import type { Reason } from "../violation-change.ts";

const names: Readonly<Partial<Record<SubKind, Reason>>> = {
  "exposed-garbage": { zh: "暴露垃圾", en: "rubbish on the ground" },
  "rubbish-heap": { zh: "积存垃圾渣土", en: "a heap of rubbish" },
};

export function binReason(facts: ReasonFacts): Reason {
  const { stage, endReason, forbiddenMs, unobservedMs, rule } = facts;
  const what = whatOf(facts);
  const zoneId = shorten(facts.zoneId, 40);
  const lasted = spell(forbiddenMs);
  const gap = spellGap(unobservedMs);
  const limit = spell(stage === "warned" ? rule.warnAfterMs : rule.reportAfterMs);
  switch (stage) {
    case "warned":
      return {
        zh: `区域“${zoneId}”疑似${what.zh}，已观测${lasted.zh}${gap.zh}，达到提醒时限${limit.zh}，请通知保洁。`,
        en: `Zone "${zoneId}": suspected ${what.en}, observed for ${lasted.en}${gap.en}, warning limit ${limit.en}; tell the cleaners.`,
      };
    case "reported":
      return {
        zh: `区域“${zoneId}”疑似${what.zh}，提醒后仍未清理，已观测${lasted.zh}${gap.zh}，达到上报时限${limit.zh}，请派员清运。`,
        en: `Zone "${zoneId}": suspected ${what.en}, not cleared after the warning, observed for ${lasted.en}${gap.en}, report limit ${limit.en}; send someone to clear it.`,
      };
    case "cleared":
      return {
        zh: `区域“${zoneId}”的${what.zh}已清理，共观测${lasted.zh}${gap.zh}，请核对后结束跟进。`,
        en: `Zone "${zoneId}": ${what.en} cleared after ${lasted.en} observed${gap.en}: nothing more to do there.`,
      };
    case "withdrawn": {
      const why = whyWithdrawn(endReason);
      return {
        zh: `区域“${zoneId}”${what.zh}的记录已撤回：${why.zh}，无需处置。`,
        en: `Zone "${zoneId}": the record of ${what.en} is withdrawn: ${why.en}; no action needed.`,
      };
    }
  }
}

function whatOf({ subKind, reasonCode, objectId }: ReasonFacts): Reason {
  const ground = names[subKind];
  if (ground !== undefined) return ground;
  const bin = objectId === null ? "" : `“${shorten(objectId, 24)}”`;
  const named = objectId === null ? "a bin" : `bin "${shorten(objectId, 24)}"`;
  return reasonCode === "beside-bin"
    ? { zh: `垃圾箱${bin}旁堆放垃圾`, en: `rubbish beside ${named}` }
    : { zh: `垃圾箱${bin}满溢`, en: `overflow of ${named}` };
}

export function binNotice(subKind: SubKind): Reason {
  return subKind === "bin-overflow"
    ? { zh: "垃圾箱已满，请投放到其他垃圾箱。", en: "This bin is full. Please use another one." }
    : { zh: "请勿乱扔垃圾，请投放到垃圾箱。", en: "Please put rubbish into the bins." };
}
