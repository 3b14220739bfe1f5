/**
 * Right files: what the agent gets of them, and what never leaves the door.
 *
 * Wrong ones have their own tables, `wrong-*.test.ts`.
 */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { AgentConfig } from "./agent-config.ts";
import {
  changed,
  type Files,
  findingLines,
  loadWritten,
  rightFile,
  secrets,
} from "./testing/written.ts";

function configOf(content: string, files: Files = {}): AgentConfig {
  const result = loadWritten(content, files);
  if (!result.ok) throw new Error(findingLines(result).join("\n"));
  return result.config;
}

test("the right file gives everything with its default", () => {
  const { cameras, hub, limits, health, inference, log, device } = configOf(rightFile);
  expect(device).toMatchObject({ id: "corner-1", timeZone: "Asia/Shanghai", place: undefined });
  expect(hub).toMatchObject({
    protocol: "mqtts",
    host: "hub.example.city",
    port: 8883,
    user: "box",
    clientId: "kerbside-445102-corner-1",
    protocolVersion: "auto",
    acknowledge: false,
    drainPerSecond: 20,
    uploadBytesPerSecond: 524_288,
    keepAliveMs: 30_000,
  });
  expect(limits).toEqual({
    ringMs: 5_000,
    ringBytes: undefined,
    ringTotalBytes: undefined,
    outboxRows: 200_000,
    outboxBytes: 2 ** 30,
    outboxAgeMs: 30 * 86_400_000,
    detectionLogRows: 2_000_000,
    detectionLogBytes: 1024 ** 3,
    detectionLogAgeMs: 2 * 86_400_000,
    freeDiskBytes: 256 * 2 ** 20,
  });
  expect(health).toEqual({
    listen: { host: "127.0.0.1", port: 9468 },
    tellBlindAfterMs: 600_000,
  });
  expect(inference).toEqual({
    workers: "auto",
    threads: "auto",
    batchMax: "auto",
    batchWaitMs: 50,
  });
  expect(log).toEqual({ level: "info" });
  const [east] = cameras;
  expect(east).toMatchObject({
    id: "east",
    capture: "auto",
    position: { longitude: 116.648, latitude: 23.671, source: "camera" },
    reachMetres: 60,
    tls: { caFile: undefined, insecure: false },
  });
  expect(east?.rules).toMatchObject({
    deviceId: "corner-1",
    cameraId: "east",
    views: [{ id: "kerb", everyMs: 2_000, model: "street-nano", stream: "main" }],
    zones: [
      {
        id: "bus-stop",
        rules: [
          {
            kind: "illegal-parking",
            everyMs: 2_000,
            warnAfterMs: 60_000,
            reportAfterMs: 300_000,
            clearAfterMs: 30_000,
            recurrenceWindowMs: 86_400_000,
            overlapMin: 0.5,
            evidenceRequire: "none",
            allowed: [],
          },
        ],
      },
    ],
  });
  expect(east?.rules.matters["motor-vehicle"]).toEqual({
    standard: "GB/T 47678.5",
    edition: "2026",
    code: "09009",
    name: "机动车乱停放",
    objectType: "matter",
  });
});

test("a password from outside needs no escapes, and comes back whole", () => {
  const main = configOf(rightFile).cameras[0]?.main;
  expect(main).toMatchObject({
    protocol: "rtsp",
    host: "192.0.2.11",
    port: 554,
    path: "/main",
    user: "cam",
  });
  expect(main?.password?.reveal()).toBe(secrets.CAM_PW);
  expect(main?.display).toBe("rtsp://***@192.0.2.11/main");
});

test("no secret is in what is printed of a configuration", () => {
  const config = configOf(rightFile);
  const printed = `${JSON.stringify(config)}${inspect(config, { depth: 20 })}${String(config.hub?.password)}`;
  expect(printed).toContain("***");
  for (const secret of Object.values(secrets)) expect(printed).not.toContain(secret);
});

const parking = "kind: illegal-parking, warnAfter: 1m, reportAfter: 5m";

test("rules of kinds that are not run are left out, and a zone without them stays", () => {
  const text = changed(parking, "kind: street-vending");
  const result = loadWritten(text, {}, { kindsRun: ["illegal-parking"] });
  const zones = result.ok ? result.config.cameras[0]?.rules.zones : undefined;
  expect(zones).toMatchObject([{ id: "bus-stop", rules: [] }]);
});

test("each kind has its own defaults", () => {
  const ruleOf = (written: string) =>
    configOf(changed(parking, written)).cameras[0]?.rules.zones[0]?.rules[0];
  const minuteMs = 60_000;
  expect(ruleOf("kind: overflowing-bin, bins: [{ id: B-12, at: [0.2, 0.7] }]")).toMatchObject({
    subKinds: ["bin-overflow", "exposed-garbage"],
    everyMs: minuteMs,
    reportAfterMs: 30 * minuteMs,
    clearAfterMs: 2 * minuteMs,
    timesOf: { "exposed-garbage": { reportAfterMs: 20 * minuteMs } },
    bins: { named: [{ id: "B-12", at: { x: 0.2, y: 0.7 } }], heapAfterMs: 60 * minuteMs },
  });
  expect(
    ruleOf('kind: street-vending, attended: 0s, allowed: [{ daily: "06:00-09:00" }]'),
  ).toMatchObject({
    subKinds: ["stall", "shop-overflow"],
    warnAfterMs: 3 * minuteMs,
    timesOf: { "shop-overflow": { reportAfterMs: 30 * minuteMs } },
    allowed: [{ startMinute: 360, endMinute: 540, graceMinutes: 15 }],
    vending: { attendedMs: null },
  });
  expect(
    ruleOf("kind: illegal-parking, of: [non-motor-vehicle, shared-bike-pile-up], pileUp: 6"),
  ).toMatchObject({
    reportAfterMs: 30 * minuteMs,
    timesOf: { "shared-bike-pile-up": { reportAfterMs: 20 * minuteMs } },
    pileUpCount: 6,
  });
  const given = ruleOf("kind: overflowing-bin, warnAfter: 1m, reportAfter: 5m, clearAfter: 1m");
  expect(given?.timesOf).toBeUndefined();
});

test("term, school hours and peak hours", () => {
  const severity =
    'severity: { tagHours: { school: [{ daily: "07:00-09:00", days: [workday], from: 2026-09-01, to: 2027-01-20 }] }, peakHours: [{ daily: "17:00-19:00" }] }';
  const config = configOf(changed("cameras:", `${severity}\ncameras:`));
  expect(config.cameras[0]?.rules.urgentTimes).toEqual({
    tagHours: {
      school: [
        {
          startMinute: 420,
          endMinute: 540,
          days: ["workday"],
          fromDate: "2026-09-01",
          toDate: "2027-01-20",
        },
      ],
    },
    peakHours: [{ startMinute: 1_020, endMinute: 1_140 }],
  });
});

test("tags make the default quicker, and rules can be borrowed", () => {
  const text = changed(parking, "kind: illegal-parking").concat(
    "      - { id: lane, tags: [fire-lane], polygon: [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]], rulesFrom: bus-stop }\n",
  );
  const zones = configOf(text).cameras[0]?.rules.zones ?? [];
  expect(zones.map(({ rules }) => rules[0]?.reportAfterMs)).toEqual([300_000, 120_000]);
});

test("before a school times are short in its hours; a rule may say how short, and ask for a second look", () => {
  const ruleOf = (tag: string, more = "") => {
    const text = changed(parking, `kind: illegal-parking${more}`).replace(
      "polygon:",
      `tags: [${tag}]\n        polygon:`,
    );
    return configOf(text).cameras[0]?.rules.zones[0]?.rules[0];
  };
  expect(ruleOf("school")).toMatchObject({
    warnAfterMs: 60_000,
    reportAfterMs: 300_000,
    urgent: { tags: ["school"], times: { warnAfterMs: 30_000, reportAfterMs: 120_000 } },
  });
  // What the rule says holds at every hour; a later warning takes the usual report along.
  expect(ruleOf("school", ", warnAfter: 3m")?.urgent?.times).toMatchObject({
    warnAfterMs: 180_000,
    reportAfterMs: 180_000,
  });
  expect(ruleOf("school", ", warnAfter: 1m, reportAfter: 4m")?.urgent).toBeUndefined();
  expect(ruleOf("hospital")?.urgent).toBeUndefined();
  expect(ruleOf("hospital", ", urgent: { reportAfter: 2m }, recheckAfter: 10m")).toMatchObject({
    recheckAfterMs: 600_000,
    urgent: { tags: ["hospital"], times: { warnAfterMs: 60_000, reportAfterMs: 120_000 } },
  });
  expect(ruleOf("market")?.recheckAfterMs).toBeUndefined();
});

test("a view may believe a label from another score on than its model", () => {
  const text = changed("every: 2s", "every: 2s, thresholds: { car: 0.3 }");
  expect(configOf(text).cameras[0]?.rules.views[0]?.thresholds).toEqual({ car: 0.3 });
  expect(configOf(rightFile).cameras[0]?.rules.views[0]).not.toHaveProperty("thresholds");
});

test("corners within a view are shares of its crop", () => {
  const text = changed("        polygon", "        within: kerb\n        polygon").replace(
    "crop: [0, 0.3, 1, 1]",
    "crop: [0.5, 0.5, 1, 1]",
  );
  const polygon = configOf(text).cameras[0]?.rules.zones[0]?.polygon;
  expect(polygon?.[0]).toEqual({ x: 0.55, y: 0.8 });
  expect(polygon?.[2]).toEqual({ x: 0.75, y: 0.95 });
});

test("a camera without views gets one of the whole picture", () => {
  const views = configOf(changed(/ {4}views:\n.*\n/, "")).cameras[0]?.rules.views;
  expect(views).toEqual([
    {
      id: "all",
      crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
      everyMs: 2_000,
      model: "street-nano",
      stream: "main",
    },
  ]);
});

test("included files are parts of one: cameras in order, groups joined, names from where they stand", () => {
  const files = {
    "/c/sites/west.yaml":
      "cameras:\n  - id: west\n    url: file:west.mp4\n    location: [116.6, 23.6]\n    zones: []\nhub: { ca: ca.pem }\n",
    "/c/sites/ca.pem": "-----BEGIN CERTIFICATE-----\n",
    "/c/limits.yaml": "version: 1\nlimits: { outboxRows: 1000 }\ninclude: log.yaml\n",
    "/c/log.yaml": "log: { level: debug }\n",
  };
  const config = configOf(
    changed("version: 1", "version: 1\ninclude: [sites/west.yaml, limits.yaml]"),
    files,
  );
  expect(config.cameras.map(({ id }) => id)).toEqual(["east", "west"]);
  expect(config.cameras[1]?.main.path).toBe("/c/sites/west.mp4");
  expect(config.hub?.caFile).toBe("/c/sites/ca.pem");
  expect(config.limits.outboxRows).toBe(1000);
  expect(config.log.level).toBe("debug");
});

test("byte order mark, Windows line ends and a missing last line end change nothing", () => {
  const { configurationHash } = configOf(rightFile);
  for (const text of [
    `\ufeff${rightFile}`,
    rightFile.replaceAll("\n", "\r\n"),
    rightFile.trimEnd(),
  ]) {
    expect(configOf(text).configurationHash).toBe(configurationHash);
  }
});

test("the hash follows what is effective: not secrets, comments or folders, but every setting", () => {
  const hash = (text: string, env: Record<string, string> = secrets): string => {
    const result = loadWritten(text, {}, { env });
    return result.ok ? result.config.configurationHash : "";
  };
  const first = hash(rightFile);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(hash(rightFile, { HUB_PW: "other", CAM_PW: "other" })).toBe(first);
  expect(hash(`# a comment\n${rightFile}`)).toBe(first);
  expect(hash(changed("every: 2s", "every: 2000ms, model: street-nano"))).toBe(first);
  expect(hash(changed("every: 2s", "every: 3s"))).not.toBe(first);
  expect(hash(changed("192.0.2.11", "192.0.2.12"))).not.toBe(first);
  expect(hash(changed("hub.example", "hub2.example"))).not.toBe(first);
});

test("a message never shows a secret, wherever it was put by mistake", () => {
  const text = changed("corner-1", `\${env:CAM_PW}`).replace(
    "every: 2s",
    `every: \${env:CAM_PW}, model: \${env:CAM_PW}`,
  );
  const lines = findingLines(loadWritten(text));
  expect(lines.join("\n")).not.toContain(secrets.CAM_PW);
  expect(lines).toContain(
    '9:72 cameras[0].views[0].model | unknown model "***", known here: street-nano, yolox-nano, deimv2-atto',
  );
});

test("an alias repeats what it names", () => {
  const text = changed(
    "[[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]",
    "&here [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]",
  ).concat("      - { id: again, polygon: *here, rulesFrom: bus-stop }\n");
  const zones = configOf(text).cameras[0]?.rules.zones;
  expect(zones?.[1]?.polygon).toEqual(zones?.[0]?.polygon);
});

test("kept pictures are off, and masks of a camera become polygons", () => {
  expect(configOf(rightFile).samples).toBeUndefined();
  const text = changed("    views:", "    masks: [[[0, 0], [0.2, 0], [0, 0.2]]]\n    views:");
  const { samples, cameras } = configOf(`${text}samples: { keep: 100 }\n`);
  expect(samples).toEqual({ countMax: 100, bytesMax: 500 * 2 ** 20, ageMsMax: 30 * 86_400_000 });
  expect(cameras[0]?.masks).toEqual([
    [
      { x: 0, y: 0 },
      { x: 0.2, y: 0 },
      { x: 0, y: 0.2 },
    ],
  ]);
});
