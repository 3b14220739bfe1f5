import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { violationEventSchema } from "./domain/event.ts";
import { reconcile } from "./reconcile.ts";
import { carAt, looksEvery, morningMs, rulesWith, runLooks } from "./testing/street.ts";
import { type EventSite, violationEvent } from "./violation-event.ts";

const site: EventSite = {
  division: "445102",
  deviceId: "cz-paifang-03",
  timeZone: "Asia/Shanghai",
  place: {
    point: { type: "Point", coordinates: [116.647, 23.67] },
    errorMetres: 30,
    source: "device",
    gcj02: [116.651408, 23.667285],
    grid: null,
    gridReason: "no grid file",
    division: "445102",
  },
  clockSynced: true,
  evidence: { complete: false, failed: [1], items: [] },
  enforceable: true,
  versions: { agent: "0.1.0", configuration: "c0ffee" },
};
const rules = rulesWith({ warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 });
const story = runLooks(
  rules,
  looksEvery(2, 120, (s) => (s < 70 ? [{ box: carAt(0.4) }] : [])),
);
const withdrawn = reconcile(
  { ...rules, zones: [] },
  runLooks(
    rules,
    looksEvery(2, 30, () => [{ box: carAt(0.4) }]),
  ).state,
  morningMs + 40_000,
).changes;
const events = [...story.changes, ...withdrawn].map((change) => violationEvent(change, site));

describe("the event", () => {
  test("every stage validates against the published schema", () => {
    expect(events.map(({ data }) => data.stage)).toEqual([
      "warned",
      "reported",
      "cleared",
      "withdrawn",
    ]);
    for (const event of events) {
      const whole = { ...event, sequence: "0".repeat(20) };
      expect(violationEventSchema.parse(whole)).toEqual(whole);
    }
  });

  test("and against the JSON Schema made from it", () => {
    const schema = z.toJSONSchema(violationEventSchema, { target: "draft-7" });
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    for (const event of events) {
      expect(
        validate({ ...event, sequence: "0".repeat(20) }),
        JSON.stringify(validate.errors),
      ).toBe(true);
    }
  });

  test("the id is the violation's and the revision's, times have the site's offset", () => {
    const [warned, reported, cleared] = events;
    expect(reported?.id).toBe(`${reported?.data.violation}.2`);
    expect(reported?.source).toBe("/kerbside/445102/cz-paifang-03");
    expect(reported?.subject).toBe("east/kerb");
    expect(reported?.time).toBe("2026-07-01T08:01:00.000+08:00");
    expect(warned?.data.warnedAt).toBe("2026-07-01T08:00:20.000+08:00");
    expect(warned?.data.reportedAt).toBeNull();
    expect(cleared?.data.clearedAt).toBe("2026-07-01T08:01:20.000+08:00");
    expect(cleared?.data.lastSeenAt).toBe("2026-07-01T08:01:08.000+08:00");
    expect(cleared?.data.endReason).toBe("gone");
    expect(cleared?.data.severity).toBe(reported?.data.severity);
  });

  test("a missing calendar is never enforceable", () => {
    const [change] = story.changes;
    if (change === undefined) throw new Error("the story has changes");
    expect(violationEvent(change, site).data.enforceable).toBe(true);
    const missing = violationEvent({ ...change, calendar: "missing" }, site);
    expect(missing.data.enforceable).toBe(false);
  });

  test("the reason is one sentence a person can act on, in both languages", () => {
    expect(events.map(({ data }) => data.reason)).toMatchInlineSnapshot(`
      [
        {
          "en": "A car is suspected of illegal parking in zone "kerb": observed standing for 20 s, warning limit 20 s; ask the driver to leave.",
          "zh": "小型车疑似违停于区域“kerb”，已观测停放20秒，达到提醒时限20秒，请提醒驶离。",
        },
        {
          "en": "A car is suspected of illegal parking in zone "kerb" and stayed after the warning: observed standing for 1 min, report limit 1 min; send someone to check.",
          "zh": "小型车疑似违停于区域“kerb”，提醒后仍未驶离，已观测停放1分钟，达到上报时限1分钟，请派员核查。",
        },
        {
          "en": "The car suspected of illegal parking has left zone "kerb" after 1 min 8 s observed: nothing more to do there.",
          "zh": "疑似违停小型车已驶离区域“kerb”，共观测停放1分钟8秒，请核对后结束跟进。",
        },
        {
          "en": "Suspected illegal parking of a car in zone "kerb" is withdrawn: its zone or rule was removed or changed; no action needed.",
          "zh": "区域“kerb”内疑似违停小型车的记录已撤回：区域或规则已调整，无需处置。",
        },
      ]
    `);
  });

  test("a long zone id leaves the reason within its limit", () => {
    const long = "z".repeat(300);
    const [zone] = rules.zones;
    if (zone === undefined) throw new Error("the rules have a zone");
    const named = { ...rules, zones: [{ ...zone, id: long as typeof zone.id }] };
    const looks = looksEvery(2, 1_200, (s) => (s < 600 ? [{ box: carAt(0.4) }] : []));
    for (const { reason } of runLooks(named, looks).changes) {
      expect(reason.zh.length).toBeLessThanOrEqual(200);
      expect(reason.en.length).toBeLessThanOrEqual(400);
    }
  });
});
