/**
 * How a decision came about, in plain words, Chinese or English: from what the store and the
 * detection log hold.
 *
 * Each paragraph says what is known and where from; what is not known any more is said too. Pure:
 * facts in, text out.
 */
import type { ViolationData } from "../../pipelines/domain/event.ts";
import { spell } from "../../pipelines/reason-text.ts";
import type { HeldBack } from "./held-back.ts";
import { whyHeld } from "./held-text.ts";
import type { LogEvidence, Span } from "./log-evidence.ts";
import { placeLines } from "./place-lines.ts";
import { type Language, type Say, sayIn } from "./say.ts";

export interface Revision {
  /** RFC 3339. */
  readonly time: string;
  readonly data: ViolationData;
  readonly outbox: "waiting" | "parked" | undefined;
}

export interface ExplainFacts {
  readonly violation: string;
  /** In order; at least one. */
  readonly revisions: readonly Revision[];
  readonly verdicts: readonly {
    readonly word: string;
    readonly reason?: string;
    readonly receivedAtMs: number;
  }[];
  readonly log: LogEvidence | undefined;
  readonly held: HeldBack | undefined;
  /** In the box's time zone. */
  readonly at: (atMs: number) => string;
}

export function explanation(facts: ExplainFacts, language: Language): readonly string[] {
  const last = facts.revisions.at(-1)?.data;
  if (last === undefined) return [];
  const say = sayIn(language);
  return [
    title(facts, last, say),
    "",
    ...facts.revisions.map((revision) => stageLine(revision, say, language)),
    "",
    ...timeLines(last, say),
    ...ruleLines(last, say),
    ...placeLines(last.place, say),
    ...logLines(facts, say),
    ...heldLines(facts, say),
    ...evidenceLines(last, say),
    ...facts.verdicts.map(({ word, reason, receivedAtMs }) =>
      say(
        `人工判定（${facts.at(receivedAtMs)}）：${word}${reason === undefined ? "" : `，${reason}`}。`,
        `A person's word (${facts.at(receivedAtMs)}): ${word}${reason === undefined ? "" : `, ${reason}`}.`,
      ),
    ),
  ];
}

const kindNames: Readonly<Record<ViolationData["kind"], readonly [zh: string, en: string]>> = {
  "street-vending": ["占道经营", "street vending"],
  "illegal-parking": ["违停", "illegal parking"],
  "overflowing-bin": ["垃圾满溢", "overflowing bin"],
  "unlicensed-signage": ["违规招牌", "unlicensed signage"],
};
const stageNames: Readonly<Record<ViolationData["stage"], readonly [zh: string, en: string]>> = {
  warned: ["提醒", "warned"],
  reported: ["上报", "reported"],
  cleared: ["结束", "cleared"],
  withdrawn: ["撤回", "withdrawn"],
};

function title({ violation }: ExplainFacts, data: ViolationData, say: Say): string {
  const { kind, camera, zone, stage, matter } = data;
  const [zhKind, enKind] = kindNames[kind];
  const [zhStage, enStage] = stageNames[stage];
  return say(
    `疑似${zhKind} ${violation}：摄像机 ${camera}，区域“${zone}”，当前${zhStage}；事项代码 ${matter.code}（${matter.standard}-${matter.edition} ${matter.name}）`,
    `Suspected ${enKind} ${violation}: camera ${camera}, zone "${zone}", now ${enStage}; matter ${matter.code} (${matter.standard}-${matter.edition} ${matter.name})`,
  );
}

function stageLine({ time, data, outbox }: Revision, say: Say, language: Language): string {
  const [zh, en] = data.recheck === undefined ? stageNames[data.stage] : ["复查", "checked again"];
  const where = {
    waiting: say("，尚未送达平台", ", not at the hub yet"),
    parked: say("，被平台拒收", ", refused by the hub"),
    sent: "",
  }[outbox ?? "sent"];
  return `${data.revision}. ${time.replace("T", " ").replace(/\.\d+/, "")}  ${say(zh, en)}${where}  ${data.reason[language]}`;
}

function timeLines(data: ViolationData, say: Say): readonly string[] {
  const { observedMs, unobservedMs, rule, cues, score, firstSeenAt, lastSeenAt } = data;
  const observed = spell(observedMs);
  const unobserved = spell(unobservedMs);
  const called = cues.map((cue) => `${cue.label} ${cue.score.toFixed(2)}`).join(", ");
  return [
    say(
      `识别：${called}；平均得分 ${score.toFixed(2)}，模型 ${data.versions.model}。`,
      `Seen as: ${called}; mean score ${score.toFixed(2)}, model ${data.versions.model}.`,
    ),
    say(
      `时间：${firstSeenAt} 首次看到，${lastSeenAt} 最后看到；观测到 ${observed.zh}，未观测 ${unobserved.zh}。只有观测到且不在允许时段内的时间才计入。`,
      `Time: first seen ${firstSeenAt}, last seen ${lastSeenAt}; observed for ${observed.en}, not observed for ${unobserved.en}. Only observed time outside allowed windows counts.`,
    ),
    data.kind === "unlicensed-signage"
      ? say(
          `规则：每 ${spell(rule.everyMs).zh} 看一次，白天看到才计次；按规则要求的次数和天数上报，白天消失 ${spell(rule.clearAfterMs).zh} 后结束。`,
          `Rule: a look every ${spell(rule.everyMs).en}, of which those by day count; told after the rule's sightings on its number of days, over after ${spell(rule.clearAfterMs).en} of daylight without it.`,
        )
      : say(
          `规则：每 ${spell(rule.everyMs).zh} 看一次，${spell(rule.warnAfterMs).zh} 后提醒，${spell(rule.reportAfterMs).zh} 后上报，离开 ${spell(rule.clearAfterMs).zh} 后结束。`,
          `Rule: a look every ${spell(rule.everyMs).en}, warned after ${spell(rule.warnAfterMs).en}, reported after ${spell(rule.reportAfterMs).en}, over after ${spell(rule.clearAfterMs).en} of absence.`,
        ),
  ];
}

function ruleLines(data: ViolationData, say: Say): readonly string[] {
  const { severity, severityFact, calendar, permitsChecked, occurrences, recursFrom } = data;
  const permits = permitsChecked.join(", ");
  return [
    say(
      `等级：${severity}（依据 ${severityFact}）。`,
      `Severity: ${severity}, because of ${severityFact}.`,
    ),
    ...(calendar === "unused"
      ? []
      : [
          calendar === "known"
            ? say("节假日历：已使用。", "Holiday calendar: used.")
            : say(
                "节假日历：缺少该年数据，按普通星期处理，不可作为执法依据。",
                "Holiday calendar: no data for that year; plain weekdays were used, so it is not enforceable.",
              ),
        ]),
    permits === ""
      ? say("许可：此处没有登记的许可。", "Permits: none is registered for this place.")
      : say(
          `许可：已核对 ${permits}，均不适用。`,
          `Permits: ${permits} were checked and do not cover it.`,
        ),
    say(
      `同一地点：7 天内 ${occurrences.days7} 次，30 天内 ${occurrences.days30} 次${recursFrom === null ? "" : `，前次 ${recursFrom}`}。`,
      `Same place: ${occurrences.days7} times in 7 days, ${occurrences.days30} in 30${recursFrom === null ? "" : `; before it ${recursFrom}`}.`,
    ),
  ];
}

/** More of them would hide the rest. */
const spansListedMax = 5;

function logLines({ log, at }: ExplainFacts, say: Say): readonly string[] {
  if (log === undefined || log.lookCount === 0) {
    return [
      say(
        "检测日志：已不含这段时间，无法再逐次核对。",
        "Detection log: it does not hold that time any more; single looks cannot be checked.",
      ),
    ];
  }
  const { isWhole, lookCount, seenCount, longestMiss, gaps, startsAtMs } = log;
  const part = isWhole ? say("", "") : say("（只含部分时间）", " (it holds a part of the time)");
  return [
    say(
      `检测日志${part}：看了 ${lookCount} 次，其中 ${seenCount} 次看到它。`,
      `Detection log${part}: ${lookCount} looks at its place, ${seenCount} of them saw it.`,
    ),
    ...(longestMiss === undefined
      ? []
      : [
          say(
            `  最长连续 ${longestMiss.count} 次没有看到：${between(longestMiss, at)}。`,
            `  Longest run that did not see it: ${longestMiss.count} looks, ${between(longestMiss, at)}.`,
          ),
        ]),
    ...gaps
      .slice(0, spansListedMax)
      .map((gap) =>
        say(
          `  无人观测：${between(gap, at)}（${spell(gap.toMs - gap.fromMs).zh}），不计入。`,
          `  Nobody looked: ${between(gap, at)} (${spell(gap.toMs - gap.fromMs).en}); it does not count.`,
        ),
      ),
    ...(gaps.length > spansListedMax
      ? [
          say(
            `  另有 ${gaps.length - spansListedMax} 段。`,
            `  And ${gaps.length - spansListedMax} more.`,
          ),
        ]
      : []),
    ...startsAtMs.map((startedAtMs) =>
      say(
        `  代理于 ${at(startedAtMs)} 重新启动，前后两次之间不计入。`,
        `  The agent was started at ${at(startedAtMs)}; the step across it does not count.`,
      ),
    ),
  ];
}

function heldLines({ held, at }: ExplainFacts, say: Say): readonly string[] {
  if (held === undefined) return [];
  if (!held.isFound) {
    return [
      say(
        "规则重算：按现有配置和日志没有得到同一事件；配置可能已改，或日志开始时它已在场。",
        "Run again: this configuration and log do not give the same violation; the configuration was changed, or it stood there when the log begins.",
      ),
    ];
  }
  return [
    ...held.allowed.map((span) => {
      const { zh, en } = whyHeld(span.why);
      return say(
        `  ${between(span, at)} ${zh}，不计入。`,
        `  ${between(span, at)} ${en}; it does not count.`,
      );
    }),
    ...held.held.map((span) => {
      const { zh, en } = whyHeld(span.why);
      return say(
        `  ${between(span, at)} 已达时限但未上报：${zh}。`,
        `  ${between(span, at)} its time was over and nothing was told: ${en}.`,
      );
    }),
  ];
}

function evidenceLines({ evidence, enforceable }: ViolationData, say: Say): readonly string[] {
  const failed = evidence.failed.join(", ");
  return [
    evidence.complete
      ? say("证据：完整。", "Evidence: complete.")
      : say(
          `证据：不完整，未通过的检查项 ${failed}。`,
          `Evidence: incomplete; checks that failed: ${failed}.`,
        ),
    ...(enforceable
      ? []
      : [
          say(
            "仅供核查，不可直接作为执法依据。",
            "For a person to check; not enforceable as it is.",
          ),
        ]),
  ];
}

function between({ fromMs, toMs }: Span, at: ExplainFacts["at"]): string {
  return fromMs === toMs ? at(fromMs) : `${at(fromMs)} – ${at(toMs)}`;
}
