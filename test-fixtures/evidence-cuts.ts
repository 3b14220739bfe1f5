/**
 * Sets of evidence on their way from a box to `kerbside hub`, over a link that is cut all the time.
 *
 * Everything between is real: the box's uplink, TCP, mosquitto, the hub with its disk. The link is
 * slower than what the box may send, so events and pictures compete for it. How long an event waits
 * is counted while the box is connected: a link that is down is not evidence's fault.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startHub } from "../agent/hub/hub.ts";
import { systemClock } from "../agent/runtime/clock.ts";
import { partCountOf } from "../agent/uplink/evidence-topic.ts";
import { startCuttingCable } from "./cutting-cable.ts";
import { EvidenceBox } from "./evidence-box.ts";
import { startMosquitto } from "./mosquitto.ts";
import { makeTestUplink, testEvent } from "./test-uplink.ts";

export interface CutsResult {
  readonly sets: number;
  readonly verifiedSets: number;
  readonly refusedSets: number;
  readonly bytes: number;
  readonly parts: number;
  readonly partsSent: number;
  readonly sentPerPart: number;
  readonly cuts: number;
  readonly connections: number;
  readonly events: number;
  readonly eventWaitMsMax: number;
  readonly eventWaitMsP95: number;
  readonly seconds: number;
}

/** As a box makes them: two views, a close-up, a composite, a clip. */
const realisticSet = {
  "first-seen.jpg": 280_000,
  "warned.jpg": 290_000,
  "close-up.jpg": 90_000,
  "composite.jpg": 340_000,
  "clip-warned.mp4": 520_000,
};
const linkBytesPerSecond = 2 * 1024 ** 2;
const eventEveryMs = 300;

export async function runEvidenceCuts({
  setCount,
  cutEveryMs,
  folder,
  deadlineMs,
  onProgress = () => {},
}: {
  readonly setCount: number;
  readonly cutEveryMs: number;
  readonly folder: string;
  readonly deadlineMs: number;
  readonly onProgress?: (verified: number) => void;
}): Promise<CutsResult> {
  const startedMs = performance.now();
  const box = new EvidenceBox(join(folder, "box"));
  for (let set = 0; set < setCount; set++) await box.addSet(realisticSet);
  const waiting = await box.evidenceToSend(Number.MAX_SAFE_INTEGER);
  const parts = waiting.reduce((sum, { bytes }) => sum + partCountOf(bytes), 0);
  const bytes = waiting.reduce((sum, upload) => sum + upload.bytes, 0);
  const mosquitto = await startMosquitto();
  const cable = await startCuttingCable(
    { host: "127.0.0.1", port: mosquitto.port },
    { bytesPerSecond: linkBytesPerSecond },
  );
  const hubFolder = join(folder, "hub");
  const hub = await startHub({
    url: mosquitto.url,
    clientId: "hub",
    outFolder: hubFolder,
    acknowledges: true,
    print: () => {},
  });
  const connected = new ConnectedTime();
  const appended = new Map<string, number>();
  const waits: number[] = [];
  let partsSent = 0;
  const { uplink, store, attempts } = makeTestUplink(
    { url: `mqtt://127.0.0.1:${cable.port}` },
    {
      waitsForHub: true,
      publicKey: box.publicKey,
      evidence: {
        queue: box,
        open: async (upload) => {
          const file = await box.open(upload);
          const read = (part: number) => {
            partsSent += 1;
            return file.read(part);
          };
          return { ...file, read };
        },
        bytesPerSecondMax: 2 * linkBytesPerSecond,
        onHeld: () => {},
        onFlowing: () => {},
        onLost: () => {},
        onSent: () => {},
      },
      onState: ({ state }) => connected.set(state === "online"),
      onSent: (eventId) => waits.push(connected.ms() - (appended.get(eventId) ?? 0)),
    },
  );
  const cutter = setInterval(() => cable.cut(), cutEveryMs);
  const teller = setInterval(() => {
    const id = `event-${appended.size}`;
    appended.set(id, connected.ms());
    void store.appendEvent(testEvent(id), Date.now()).then(() => uplink.wake());
  }, eventEveryMs);
  try {
    uplink.start();
    const isUp = () => {
      const { setCount: verified = 0, refusedCount = 0 } = hub.evidence() ?? {};
      return verified + refusedCount < setCount || box.waitingCount > 0;
    };
    for (let turn = 0; isUp() && performance.now() - startedMs < deadlineMs; turn++) {
      await systemClock.sleep(100);
      if (turn % 20 === 0) onProgress(hub.evidence()?.setCount ?? 0);
    }
  } finally {
    clearInterval(cutter);
    clearInterval(teller);
    await uplink.stop();
    await hub.stop();
    await cable.stop();
    await mosquitto.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const sorted = waits.toSorted((a, b) => a - b);
  const tally = hub.evidence();
  return {
    sets: setCount,
    verifiedSets: tally?.setCount ?? 0,
    refusedSets: tally?.refusedCount ?? 0,
    bytes,
    parts,
    partsSent,
    sentPerPart: Math.round((1_000 * partsSent) / parts) / 1_000,
    cuts: cable.cutCount(),
    connections: attempts(),
    events: waits.length,
    eventWaitMsMax: Math.round(sorted.at(-1) ?? 0),
    eventWaitMsP95: Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
}

/** A clock that stands while there is no connection. */
class ConnectedTime {
  #isOn = false;
  #sinceMs = 0;
  #ms = 0;

  set(isOn: boolean): void {
    this.#ms = this.ms();
    this.#sinceMs = performance.now();
    this.#isOn = isOn;
  }

  ms(): number {
    return this.#ms + (this.#isOn ? performance.now() - this.#sinceMs : 0);
  }
}
