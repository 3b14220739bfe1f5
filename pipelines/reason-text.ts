/**
 * Pieces that the sentences of all kinds are made of, in Chinese and English.
 */
import type { EndReason, Reason } from "./violation-change.ts";

const noText: Reason = { zh: "", en: "" };

/** `5分钟12秒`, `5 min 12 s` */
export function spell(durationMs: number): Reason {
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

/** What nobody saw, in brackets; nothing below a second. */
export function spellGap(unobservedMs: number): Reason {
  if (unobservedMs < 1_000) return noText;
  const { zh, en } = spell(unobservedMs);
  return { zh: `（另有${zh}未观测到）`, en: ` (and ${en} not observed)` };
}

export function shorten(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}

const withdrawals: Readonly<Partial<Record<EndReason, Reason>>> = {
  permit: { zh: "已有许可", en: "a permit covers it" },
  verdict: { zh: "人工判定不成立", en: "a person judged that it is none" },
  "camera-moved": { zh: "摄像机视角已移动", en: "the camera has moved" },
  "rule-removed": { zh: "区域或规则已调整", en: "its zone or rule was removed or changed" },
};

export function whyWithdrawn(endReason: EndReason | null): Reason {
  return withdrawals[endReason ?? "rule-removed"] ?? { zh: "规则已变更", en: "the rule changed" };
}
