/**
 * Real messages for the published contract: made by the code that makes them on a box, from a
 * fixed street at fixed times, so that the documents change only when messages do.
 */
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import {
  carAt,
  looksEvery,
  morningMs,
  ruleOf,
  rulesOf,
  runLooks,
  zoneOf,
} from "../../pipelines/testing/street.ts";
import { applyVerdict } from "../../pipelines/verdicts/apply-verdict.ts";
import type { ViolationChange } from "../../pipelines/violation-change.ts";
import { violationEvent } from "../../pipelines/violation-event.ts";
import { healthReport } from "../health/health-report.ts";
import { HourlyCounts } from "../hourly-counts.ts";
import { placeOf } from "../place.ts";
import { droppedEvent, evidenceDroppedEvent } from "../store/drop-notice.ts";
import { type EventText, eventText, parsePayload, withSequence } from "../store/event-text.ts";
import { answerCommand } from "../uplink/commands.ts";
import type { CommandMessage, ResultMessage, StatusMessage } from "../uplink/messages.ts";
import { sourceOf } from "../uplink/topics.ts";

export interface ContractExample {
  readonly name: string;
  readonly payload: unknown;
}

const address = { division: "445102", device: "cz-paifang-03" };
const source = sourceOf(address);
const timeZone = "Asia/Shanghai";
const versions = { agent: "0.1.0", node: "24.11.0" };
const configuration = "3f9a4c1e7b20d5688d2f1c0b9e7a6354ffeeddccbbaa99887766554433221100";
const place = placeOf(
  {
    id: address.device,
    division: address.division,
    place: "牌坊街 × 太平路",
    position: { longitude: 116.647, latitude: 23.67 },
    timeZone,
    grid: undefined,
  },
  undefined,
);

/** Message to its examples; every published message has one. */
export async function contractExamples(): Promise<
  Readonly<Record<string, readonly ContractExample[]>>
> {
  const { changes, counts } = parkedCar();
  return {
    "violation-event": [...changes, ...dismissedCar()].map((change, index) => ({
      name: change.stage,
      payload: stored(eventText(eventOf(change)), 41 + index),
    })),
    "dropped-event": [
      { name: "outbox-full", payload: stored(dropped(), 1_207) },
      { name: "sent-late", payload: { historical: true, ...stored(dropped(), 1_207) } },
    ],
    "evidence-dropped-event": [{ name: "age", payload: stored(evidenceDropped(), 47) }],
    "store-event": [{ name: "healed", payload: stored(healed(), 20_001) }],
    "surge-event": [{ name: "stalls", payload: stored(surge(), 45) }],
    "camera-event": [{ name: "moved", payload: stored(cameraMoved(), 46) }],
    "test-event": [{ name: "asked-by-the-hub", payload: stored(test(), 44) }],
    status: [
      { name: "online", payload: status(true, "started") },
      { name: "last-will", payload: status(false, "connection-lost") },
    ],
    health: [{ name: "one-camera-away", payload: health() }],
    counts: [{ name: "one-hour", payload: countsMessage(counts) }],
    command: [
      { name: "acknowledge", payload: acknowledge },
      { name: "test-event", payload: askForTest },
      { name: "dismissed", payload: dismissed },
      { name: "permitted", payload: permitted },
      { name: "acknowledge-evidence", payload: acknowledgeEvidence },
      { name: "fresh-picture", payload: freshPicture },
    ],
    result: [
      { name: "done", payload: await resultOf(askForTest) },
      { name: "refused", payload: await resultOf({ command: "reboot", id: "c-8" }) },
      { name: "accepted", payload: await resultOf(dismissed) },
      { name: "fresh-picture", payload: await resultOf(freshPicture) },
    ],
  };
}

/** A car stands for six minutes and leaves: warned, reported, cleared. */
function parkedCar() {
  const zone = zoneOf({ rules: [ruleOf({ severityMin: "yellow" })] });
  const looks = looksEvery(2, 420, (seconds) => (seconds < 360 ? [{ box: carAt(0.4) }] : []));
  return runLooks(rulesOf({ zones: [zone] }), looks);
}

/** The same car, of which a person says that it is none. */
function dismissedCar(): readonly ViolationChange[] {
  const rules = rulesOf();
  const looks = looksEvery(2, 320, () => [{ box: carAt(0.4) }]);
  const { state, changes } = runLooks(rules, looks);
  const [first] = changes;
  if (first === undefined) throw new RangeError("the example's car was not told of");
  const verdict = { violationId: first.violationId, word: "dismissed", caseNo } as const;
  return applyVerdict(rules, state, verdict, morningMs + 330_000).changes;
}

function eventOf(change: ViolationChange): Readonly<Record<string, unknown>> {
  return {
    ...violationEvent(change, {
      division: address.division,
      deviceId: address.device,
      timeZone,
      place,
      clockSynced: true,
      evidence: { complete: false, failed: [1, 2, 3, 4, 7, 8, 11], items: [] },
      enforceable: false,
      versions: { agent: versions.agent, configuration },
    }),
  };
}

function dropped(): EventText {
  return droppedEvent(
    { firstSequence: 1_180, lastSequence: 1_207, reason: "rows" },
    { source, nowMs: morningMs },
  );
}

function evidenceDropped(): EventText {
  const manifest = { number: 311, sha256: configuration };
  const of = { violation: dismissedViolation, revision: 2, manifest };
  return evidenceDroppedEvent(
    { ...of, files: 5, bytes: 1_512_044, reason: "age" },
    { source, nowMs: morningMs },
  );
}

function healed(): EventText {
  return eventText({
    ...envelope("store.20000", "city.kerbside.store.v1"),
    data: {
      what: "database disk image is malformed",
      sequenceContinued: false,
      fault: "damaged",
      saved: { events: 18_233, waiting: 41, cameras: 6 },
      mayMiss: { firstSequence: 18_230, lastSequence: 20_000 },
    },
  });
}

function surge(): EventText {
  return eventText({
    ...envelope("surge.445102001001001.street-vending", "city.kerbside.surge.v1"),
    data: {
      grid: "445102001001001",
      kind: "street-vending",
      count: 9,
      windowMs: 3_600_000,
      usualPerHour: 0.4,
    },
  });
}

function cameraMoved(): EventText {
  return eventText({
    ...envelope("camera.east.moved", "city.kerbside.camera.v1"),
    data: {
      camera: "east",
      state: "moved",
      since: rfc3339(morningMs - 20_000, timeZone),
      detail:
        "the street lies 3.1 % of the picture's width further to the left: turn the camera back, or draw its zones anew",
      move: { right: -0.031, down: 0.004, turnDegrees: 0.2, growth: 0 },
      mayReregister: true,
    },
  });
}

function test(): EventText {
  return eventText({
    ...envelope("test", "city.kerbside.test.v1"),
    data: { requestedBy: "hub", note: "after the move to the new broker" },
  });
}

function envelope(word: string, type: string) {
  return {
    specversion: "1.0",
    id: `${word}.${morningMs}`,
    source,
    type,
    time: rfc3339(morningMs, timeZone),
    datacontenttype: "application/json",
  };
}

/** As it leaves the box: the store adds the sequence. */
function stored(event: EventText, sequence: number): Record<string, unknown> {
  return parsePayload(withSequence(event, sequence));
}

function status(online: boolean, reason: StatusMessage["reason"]): StatusMessage {
  return {
    source,
    online,
    at: rfc3339(morningMs, timeZone),
    reason,
    versions,
    configuration,
    publicKey:
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
    cameras: 2,
  };
}

function health(): object {
  const camera = { stream: "main" as const, sinceMs: morningMs - 3_600_000 };
  return healthReport({
    source,
    nowMs: morningMs,
    uptimeMs: 86_400_000,
    versions,
    configuration,
    cameras: [
      {
        ...camera,
        camera: "east",
        state: "live",
        failure: null,
        detail: "H.264 1920x1080",
        lastPictureAgeMs: 1_180,
        looksMet: 43_190,
        looksMissed: 3,
      },
      {
        ...camera,
        camera: "west",
        state: "failed",
        failure: "refused",
        detail: "192.0.2.12:554 refuses connections",
        lastPictureAgeMs: 93_000,
        looksMet: 41_400,
        looksMissed: 1_793,
      },
    ],
    inference: {
      models: ["street-nano@0123456789ab"],
      looksMetCount: 15,
      looksMissedCount: 0,
      overMs: 30_000,
      latencyMsP95: 84,
      sessionRestarts: 0,
      decoderRestarts: 0,
    },
    load: { isOverloaded: false, askedPerSecond: 0.5, madePerSecond: 0.5, stretch: 1 },
    shortRings: [],
    store: { bytes: 5_242_880, isFailing: false, wasHealed: false, looksNotLogged: 0 },
    outbox: {
      waitingCount: 0,
      waitingBytes: 0,
      oldestCreatedAtMs: undefined,
      parkedCount: 0,
      droppedCount: 28,
      droppedSinceCount: 0,
      lastSequence: 1_207,
    },
    uplink: { state: "online", detail: "MQTT 5" },
    clock: { isSynced: true },
    disk: { freeBytes: 21_474_836_480, totalBytes: 31_138_512_896 },
    memoryBytes: 402_653_184,
    calendarYearsMissing: [],
  });
}

function countsMessage(deltas: ReturnType<typeof parkedCar>["counts"]): object {
  const counts = new HourlyCounts();
  counts.add("east", deltas);
  const [hourAtMs] = counts.ready(morningMs, { withRunningHour: true });
  if (hourAtMs === undefined) throw new RangeError("the example's street counted nothing");
  return counts.message(hourAtMs, source, timeZone);
}

const acknowledge: CommandMessage = {
  command: "acknowledge",
  id: "c-6",
  events: [
    { id: `test.${morningMs}`, outcome: "accepted" },
    { id: `store.20000.${morningMs}`, outcome: "rejected", reason: "data.what: expected string" },
  ],
};
const caseNo = "2026-0701-17";
const dismissed: CommandMessage = {
  command: "verdict",
  id: "c-9",
  violation: parkedCar().changes[0]?.violationId ?? "",
  verdict: "dismissed",
  reason: "loads goods into the shop, with the driver",
  caseNo,
};
const dismissedViolation = dismissed.violation;
const permitted: CommandMessage = {
  command: "verdict",
  id: "c-10",
  violation: dismissed.violation,
  verdict: "permitted",
  until: "2026-12-31",
};
const askForTest: CommandMessage = {
  command: "test-event",
  id: "c-7",
  note: "after the move to the new broker",
};

const freshPicture: CommandMessage = {
  command: "fresh-picture",
  id: "c-12",
  camera: "east",
  zone: "kerb",
  violation: dismissed.violation,
};
const acknowledgeEvidence: CommandMessage = {
  command: "acknowledge-evidence",
  id: "c-11",
  files: [
    {
      violation: dismissed.violation,
      revision: 2,
      file: "manifest.json",
      outcome: "accepted",
    },
    {
      violation: dismissed.violation,
      revision: 2,
      file: "reported.jpg",
      outcome: "again",
      fromPart: 7,
    },
  ],
};

async function resultOf(command: object): Promise<ResultMessage> {
  const result = await answerCommand(Buffer.from(JSON.stringify(command)), {
    address,
    nowMs: morningMs,
    mayObey: () => true,
    mayPicture: () => true,
    doers: {
      acknowledge: async () => {},
      acknowledgeEvidence: async () => {},
      freshPicture: async ({ id }) => ({ eventId: `fresh.${id}` }),
      testEvent: async () => {},
      noteCases: () => {},
      verdict: async () => ({ outcome: "accepted", reason: "the violation is withdrawn" }),
    },
  });
  if (result === undefined) throw new RangeError("the example's command has no result");
  return result;
}
