/** Why nothing was told although time had come, in a clause: Chinese and English. */
import type { HeldBy } from "../../pipelines/stages/open-case.ts";
import type { Reason } from "../../pipelines/violation-change.ts";

/** Beside what the rules say: a person's word, and evidence that the rule waits for. */
export type HeldWhy = HeldBy | "verdict" | "evidence";

const clauses: Readonly<Record<HeldWhy, Reason>> = {
  queue: { zh: "可能随车流等候（排队、红灯）", en: "it may have waited with its lane" },
  rider: { zh: "有人骑在车上", en: "somebody was on the saddle" },
  "pile-up": { zh: "属于车辆淤积，合并上报", en: "it is a part of a pile-up" },
  unattended: { zh: "长时间无人看守，不视为经营", en: "nobody attended it: it is not in trade" },
  "bus-at-stop": { zh: "公交车在站点停靠", en: "a bus at its stop" },
  doubt: { zh: "各次识别不一致，尚不能确定", en: "the last looks do not agree about it" },
  window: { zh: "在允许时段内", en: "a window allowed it" },
  permit: { zh: "有许可", en: "a permit covered it" },
  "in-order": {
    zh: "状态正常（如桶未满溢、属于他物）",
    en: "it was in order, or belongs to another thing",
  },
  unsure: {
    zh: "此时无法判断（如夜间的招牌、车身的一部分）",
    en: "this could not be judged then: a sign at night, or a part of a vehicle",
  },
  moving: { zh: "没有静止", en: "it did not keep still" },
  clock: {
    zh: "设备时钟不正确，无法判断时段",
    en: "the clock was wrong, and a window, a permit or a day decides",
  },
  "told-elsewhere": {
    zh: "已在另一区域或作为另一物上报",
    en: "it was told for another zone, or as a part of another thing",
  },
  verdict: { zh: "人工判定不成立", en: "a person had dismissed it" },
  evidence: { zh: "规则要求证据完整", en: "the rule waits for complete evidence" },
};

export function whyHeld(why: HeldWhy): Reason {
  return clauses[why];
}
