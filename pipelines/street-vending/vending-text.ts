/** What is said about stalls: to people who follow it up, and to the vendors. */
import type { SubKind } from "../domain/kind.ts";
import type { ReasonFacts } from "../kind-rule.ts";
import { shorten, spell, spellGap, whyWithdrawn } from "../reason-text.ts";
import type { Reason } from "../violation-change.ts";

export function vendingReason(facts: ReasonFacts): Reason {
  const { stage, endReason, forbiddenMs, unobservedMs, rule } = facts;
  const what = whatOf(facts);
  const zoneId = shorten(facts.zoneId, 40);
  const stood = spell(forbiddenMs);
  const gap = spellGap(unobservedMs);
  const limit = spell(stage === "warned" ? rule.warnAfterMs : rule.reportAfterMs);
  switch (stage) {
    case "warned":
      return {
        zh: `区域“${zoneId}”疑似${what.zh}，已观测${stood.zh}${gap.zh}，达到提醒时限${limit.zh}，请劝导。`,
        en: `Zone "${zoneId}": suspected ${what.en}, observed for ${stood.en}${gap.en}, warning limit ${limit.en}; ask them to move.`,
      };
    case "reported":
      return {
        zh: `区域“${zoneId}”疑似${what.zh}，提醒后仍未撤离，已观测${stood.zh}${gap.zh}，达到上报时限${limit.zh}，请派员核查。`,
        en: `Zone "${zoneId}": suspected ${what.en}, still there after the warning, observed for ${stood.en}${gap.en}, report limit ${limit.en}; send someone to check.`,
      };
    case "cleared":
      return {
        zh: `区域“${zoneId}”的疑似${what.zh}已撤离，共观测${stood.zh}${gap.zh}，请核对后结束跟进。`,
        en: `Zone "${zoneId}": the suspected ${what.en} is over after ${stood.en} observed${gap.en}: nothing more to do there.`,
      };
    case "withdrawn": {
      const why = whyWithdrawn(endReason);
      return {
        zh: `区域“${zoneId}”疑似${what.zh}的记录已撤回：${why.zh}，无需处置。`,
        en: `Zone "${zoneId}": the suspected ${what.en} is withdrawn: ${why.en}; no action needed.`,
      };
    }
  }
}

function whatOf({ subKind, reasonCode }: ReasonFacts): Reason {
  if (subKind === "shop-overflow") return { zh: "店外经营", en: "trading outside a shop" };
  return reasonCode === "out-of-hours"
    ? { zh: "超时段占道经营", en: "street vending outside its hours" }
    : { zh: "占道经营", en: "street vending" };
}

export function vendingNotice(subKind: SubKind): Reason {
  return subKind === "shop-overflow"
    ? { zh: "请勿店外经营，请将物品收回店内。", en: "Please take your goods back into the shop." }
    : {
        zh: "此处禁止占道经营，请到便民疏导点经营。",
        en: "No street vending here. Please use a guidance point.",
      };
}
