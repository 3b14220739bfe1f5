/** What is said about signs. A camera cannot see a licence: it says what is on the list, or not. */
import type { SubKind } from "../domain/kind.ts";
import type { ReasonFacts } from "../kind-rule.ts";
import { shorten, whyWithdrawn } from "../reason-text.ts";
import type { Reason } from "../violation-change.ts";

const names: Readonly<Partial<Record<SubKind, Reason>>> = {
  "outdoor-ad": { zh: "户外广告", en: "outdoor advertisement" },
  "shop-sign": { zh: "牌匾标识", en: "shop sign" },
  "pavement-board": { zh: "占道广告牌", en: "board on the pavement" },
  banner: { zh: "标语横幅", en: "banner" },
};
const anySign: Reason = { zh: "户外广告", en: "sign" };

const findings: Readonly<Partial<Record<string, Reason>>> = {
  lapsed: { zh: "许可已到期", en: "its permit has lapsed" },
  replaced: {
    zh: "与登记外观不符，疑似更换",
    en: "it looks different from what was registered there",
  },
};
const notRegistered: Reason = { zh: "未在许可名录中", en: "it is not on the permit list" };

export function signReason(facts: ReasonFacts): Reason {
  const { stage, endReason, reasonCode } = facts;
  const sign = names[facts.subKind] ?? anySign;
  const zoneId = shorten(facts.zoneId, 40);
  const finding = findings[reasonCode ?? ""] ?? notRegistered;
  switch (stage) {
    case "warned":
      return {
        zh: `区域“${zoneId}”有${sign.zh}：${finding.zh}，已在不同日期多次观测到，请核实许可。`,
        en: `Zone "${zoneId}" has a ${sign.en}: ${finding.en}; seen several times on different days. Check its permit.`,
      };
    case "reported":
      return {
        zh: `区域“${zoneId}”有疑似违规${sign.zh}：${finding.zh}，已在不同日期多次观测到，请派员核查。`,
        en: `Zone "${zoneId}" has a suspected unlicensed ${sign.en}: ${finding.en}; seen several times on different days. Send someone to check.`,
      };
    case "cleared":
      return {
        zh: `区域“${zoneId}”的疑似违规${sign.zh}已不在原处，请核对后结束跟进。`,
        en: `The suspected unlicensed ${sign.en} in zone "${zoneId}" is gone: nothing more to do there.`,
      };
    case "withdrawn": {
      const why = whyWithdrawn(endReason);
      return {
        zh: `区域“${zoneId}”疑似违规${sign.zh}的记录已撤回：${why.zh}，无需处置。`,
        en: `The suspected unlicensed ${sign.en} in zone "${zoneId}" is withdrawn: ${why.en}; no action needed.`,
      };
    }
  }
}
