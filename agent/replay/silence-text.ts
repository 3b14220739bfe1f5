/** Why nothing was told, to read: each thing that stood there, and what each rule made of it. */
import type { Thing } from "../../pipelines/presence/thing.ts";
import { spell } from "../../pipelines/reason-text.ts";
import type { Reason } from "../../pipelines/violation-change.ts";
import { whyHeld } from "./held-text.ts";
import { type Language, type Say, sayIn } from "./say.ts";
import type { RuleAnswer, Silence, SilentThing } from "./silence.ts";

export function silenceText(
  { lookCount, lastLookAtMs, things }: Silence,
  where: string,
  at: (atMs: number) => string,
  language: Language,
): readonly string[] {
  const say = sayIn(language);
  if (lastLookAtMs === undefined) {
    return [
      say(
        `检测日志中没有摄像机 ${where} 在该时段的记录：当时无人观测，或记录已被清除。`,
        `The detection log has no look at ${where} of that time: nobody looked, or it was forgotten.`,
      ),
    ];
  }
  const head = say(
    `${where}，截至 ${at(lastLookAtMs)}（看了 ${lookCount} 次）：`,
    `${where}, up to ${at(lastLookAtMs)} (${lookCount} looks):`,
  );
  if (things.length === 0) {
    return [
      head,
      say(
        "没有看到规则所关注的物体停留在此：模型没有识别出来，或它没有停留。",
        "Nothing that a rule watches for was remembered there: the detector did not see it, or it did not stay.",
      ),
    ];
  }
  return [head, ...things.flatMap((thing) => ["", ...thingLines(thing, at, say)])];
}

const thingNames: Readonly<Partial<Record<Thing, Reason>>> = {
  "motor-vehicle": { zh: "机动车", en: "motor vehicle" },
  "two-wheeler": { zh: "两轮车或三轮车", en: "two-wheeler" },
  heap: { zh: "成堆的两轮车", en: "pile of two-wheelers" },
};

function thingLines(seen: SilentThing, at: (atMs: number) => string, say: Say): readonly string[] {
  const { thing, score, observedMs, unobservedMs, firstSeenAtMs, lastSeenAtMs, rules } = seen;
  const { zh, en } = thingNames[thing] ?? { zh: thing, en: thing };
  const observed = spell(observedMs);
  const unobserved = spell(unobservedMs);
  const { xMin, yMin, xMax, yMax } = seen.box;
  const box = [xMin, yMin, xMax, yMax].map((value) => value.toFixed(2)).join(" ");
  return [
    say(
      `${zh}（${box}，得分 ${score.toFixed(2)}）：${at(firstSeenAtMs)} 至 ${at(lastSeenAtMs)}，观测到 ${observed.zh}，未观测 ${unobserved.zh}。`,
      `${en} (${box}, score ${score.toFixed(2)}): ${at(firstSeenAtMs)} – ${at(lastSeenAtMs)}, observed for ${observed.en}, not observed for ${unobserved.en}.`,
    ),
    ...(rules.length === 0
      ? [say("  没有规则在此关注它。", "  No rule watches for it there.")]
      : rules.map((rule) => `  ${rule.zone} ${rule.kind}: ${answerText(rule.answer, say)}`)),
  ];
}

function answerText(answer: RuleAnswer["answer"], say: Say): string {
  switch (answer.is) {
    case "told":
      return say(
        `已上报为 ${answer.violation}（${answer.stage}）。`,
        `told as ${answer.violation} (${answer.stage}).`,
      );
    case "held": {
      const { zh, en } = whyHeld(answer.why);
      return say(`未上报：${zh}。`, `nothing is told: ${en}.`);
    }
    case "waiting":
      return say(
        `计入 ${spell(answer.forMs).zh}，提醒需 ${spell(answer.warnAfterMs).zh}。`,
        `${spell(answer.forMs).en} count so far, a warning takes ${spell(answer.warnAfterMs).en}.`,
      );
    case "outside":
      return say(
        `在区域外：落地部分只有 ${percent(answer.share)} 在内，规则要求 ${percent(answer.shareMin)}。`,
        `outside: ${percent(answer.share)} of its footprint lies in the zone, the rule asks for ${percent(answer.shareMin)}.`,
      );
    case "below-score":
      return say(
        `得分低于规则的 scoreMin ${answer.scoreMin}。`,
        `its score is below the rule's scoreMin ${answer.scoreMin}.`,
      );
    case "not-asked":
      return say("规则的 of 不包括它。", "the rule's `of` does not ask for it.");
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
