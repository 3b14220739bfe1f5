/**
 * Files of evidence against a simulated broker: order, resuming, refusals, rate, the hub's word.
 *
 * Goal: whatever is cut or refused, a file goes on where the other side has it, and is done only
 * when it is whole there. Time is simulated; files and the store are in memory.
 */
import { expect, test, vi } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import type { EvidenceQueue, EvidenceUpload } from "./evidence-queue.ts";
import { EvidenceSender, type EvidenceSenderOptions } from "./evidence-sender.ts";
import { parsePartTopic, partBytes } from "./evidence-topic.ts";
import { FileDamage } from "./part-file.ts";
import { SimulatedConnection } from "./simulated-broker.ts";

class MemoryQueue implements EvidenceQueue {
  readonly done: number[] = [];
  readonly dropped: number[] = [];
  #uploads: EvidenceUpload[];

  constructor(uploads: readonly EvidenceUpload[]) {
    this.#uploads = [...uploads];
  }

  ackedBytes(fileId: number): number | undefined {
    return this.#uploads.find((upload) => upload.fileId === fileId)?.ackedBytes;
  }

  async evidenceToSend(countMax: number): Promise<readonly EvidenceUpload[]> {
    return this.#uploads.slice(0, countMax);
  }

  async evidencePartDone(fileId: number, ackedBytes: number): Promise<void> {
    this.#uploads = this.#uploads.map((upload) =>
      upload.fileId === fileId ? { ...upload, ackedBytes } : upload,
    );
  }

  async evidenceFilesDone(fileIds: readonly number[]): Promise<void> {
    this.done.push(...fileIds);
    this.#uploads = this.#uploads.filter(({ fileId }) => !fileIds.includes(fileId));
  }

  async dropEvidence(manifestNumber: number): Promise<void> {
    this.dropped.push(manifestNumber);
    this.#uploads = this.#uploads.filter((upload) => upload.manifestNumber !== manifestNumber);
  }
}

function uploadOf(fileId: number, parts: number, more: Partial<EvidenceUpload> = {}) {
  const bytes = Math.round(parts * partBytes);
  const common = { manifestNumber: 1, violationId: "v1", revision: 2, mediaType: "image/jpeg" };
  const name = `picture-${fileId}.jpg`;
  return { ...common, fileId, name, bytes, sha256: "0".repeat(64), ackedBytes: 0, ...more };
}

function setUp(
  uploads: readonly EvidenceUpload[] | MemoryQueue,
  options: Partial<EvidenceSenderOptions> & { readonly clock?: SimulatedClock } = {},
) {
  const clock = options.clock ?? new SimulatedClock();
  const queue = uploads instanceof MemoryQueue ? uploads : new MemoryQueue(uploads);
  const connection = new SimulatedConnection();
  const told: string[] = [];
  const sender = new EvidenceSender({
    connection,
    queue,
    clock,
    address: { division: "445102", device: "box" },
    open: async ({ bytes }) => ({
      read: async (part) => new Uint8Array(Math.min(partBytes, bytes - (part - 1) * partBytes)),
      close: async () => {},
    }),
    bytesPerSecondMax: 1e9,
    waitsForHub: false,
    mustGiveWay: () => false,
    onHeld: (detail) => told.push(`held: ${detail}`),
    onFlowing: () => told.push("flowing"),
    onLost: ({ name }, why) => told.push(`lost ${name}: ${why}`),
    onSent: ({ name }) => told.push(`sent ${name}`),
    ...options,
  });
  const stopping = new AbortController();
  let failure: unknown;
  const running = sender.run(stopping.signal).catch((error: unknown) => {
    failure = error;
  });
  const stop = async () => {
    stopping.abort();
    await clock.advance(0);
    await running;
  };
  const parts = () =>
    connection.handed.map(({ topic }) => {
      const { file = "", part } = parsePartTopic(topic) ?? {};
      return `${/\d+/.exec(file)?.[0]}:${part}`;
    });
  return { clock, queue, connection, sender, told, parts, stop, failure: () => failure };
}

test("files go in order, part by part, and are done when the broker has them", async () => {
  const { clock, queue, parts, told, stop } = setUp([uploadOf(1, 2.5), uploadOf(2, 0.1)]);
  await clock.advance(1_000);
  expect(parts()).toEqual(["1:1", "1:2", "1:3", "2:1"]);
  expect(queue.done).toEqual([1, 2]);
  expect(told).toEqual(["sent picture-1.jpg", "sent picture-2.jpg"]);
  await stop();
});

test.each(["a stop", "a wake"])("%s while the queue is asked is not missed", async (what) => {
  const queue = new MemoryQueue([]);
  const asked: (() => void)[] = [];
  queue.evidenceToSend = () =>
    new Promise((resolve) => {
      asked.push(() => resolve([]));
    });
  const { clock, sender, stop } = setUp(queue);
  const after = vi.spyOn(clock, "after");
  const stopped = what === "a stop" ? stop() : undefined;
  if (stopped === undefined) sender.wake();
  asked[0]?.();
  await clock.advance(0);
  expect(asked).toHaveLength(stopped === undefined ? 2 : 1);
  expect(after).not.toHaveBeenCalled();
  await stopped;
});

test("after a cut a file goes on where it was, on the next connection", async () => {
  const first = setUp([uploadOf(1, 10)]);
  first.connection.script.push(0, 0, 0, 0, "lose");
  await first.clock.advance(1_000);
  expect(first.failure()).toBeInstanceOf(Error);
  const acked = (first.queue.ackedBytes(1) ?? 0) / partBytes;
  expect(acked).toBeGreaterThanOrEqual(3);
  const second = setUp(first.queue);
  await second.clock.advance(1_000);
  expect(second.parts()[0]).toBe(`1:${acked + 1}`);
  expect(second.parts().at(-1)).toBe("1:10");
  expect(second.queue.done).toEqual([1]);
  await second.stop();
});

const refusals = [
  { name: "nobody listens", code: 0x10 },
  { name: "not authorised", code: 0x87 },
  { name: "quota", code: 0x97 },
  { name: "packet too large", code: 0x95 },
  { name: "payload format", code: 0x99 },
];
for (const { name, code } of refusals) {
  test(`${name}: held, told once, asked again later and later, and gone on with`, async () => {
    const { clock, queue, connection, told, parts, stop } = setUp([uploadOf(1, 2)]);
    connection.script.push(0, code, code, code);
    await clock.advance(900);
    expect(parts()).toEqual(["1:1", "1:2"]);
    await clock.advance(10_000);
    expect(parts()).toEqual(["1:1", "1:2", "1:2", "1:2", "1:2"]);
    expect(queue.done).toEqual([1]);
    const detail = `v1/2/picture-1.jpg part 2: reason code 0x${code.toString(16)}`;
    expect(told).toEqual([`held: ${detail}`, "flowing", "sent picture-1.jpg"]);
    await stop();
  });
}

test("a broker that refuses for ever is asked at most every five minutes in the end", async () => {
  const { clock, connection, told, stop } = setUp([uploadOf(1, 1)]);
  connection.script.push(...Array.from({ length: 1_000 }, () => 0x87));
  await clock.advance(24 * 3_600_000);
  expect(connection.handed.length).toBeLessThan(300);
  expect(told).toHaveLength(1);
  await stop();
});

test("it takes its share of the link and no more", async () => {
  const { clock, parts, stop } = setUp([uploadOf(1, 100)], { bytesPerSecondMax: 4 * partBytes });
  await clock.advance(10_000);
  expect(parts().length).toBeGreaterThanOrEqual(39);
  expect(parts().length).toBeLessThanOrEqual(43);
  await stop();
});

test("while an event waits for its answer nothing goes", async () => {
  let isEventWaiting = true;
  const { clock, parts, stop } = setUp([uploadOf(1, 5)], { mustGiveWay: () => isEventWaiting });
  await clock.advance(5_000);
  expect(parts()).toEqual([]);
  isEventWaiting = false;
  await clock.advance(1_000);
  expect(parts()).toHaveLength(5);
  await stop();
});

test("a file that is gone is told, and what comes behind it goes on", async () => {
  const uploads = [uploadOf(1, 1), uploadOf(2, 1, { manifestNumber: 2 })];
  const { clock, queue, told, parts, stop } = setUp(uploads, {
    open: async ({ fileId }) => {
      if (fileId === 1) throw new FileDamage("it is not there any more");
      return { read: async () => new Uint8Array(partBytes), close: async () => {} };
    },
  });
  await clock.advance(1_000);
  expect(queue.dropped).toEqual([1]);
  expect(parts()).toEqual(["2:1"]);
  expect(told).toEqual(["lost picture-1.jpg: it is not there any more", "sent picture-2.jpg"]);
  await stop();
});

test("a disk that fails holds pictures, and never ends the connection", async () => {
  let isBroken = true;
  const { clock, queue, told, failure, stop } = setUp([uploadOf(1, 1)], {
    open: async () => {
      if (isBroken) throw new Error("EIO: i/o error");
      return { read: async () => new Uint8Array(partBytes), close: async () => {} };
    },
  });
  await clock.advance(3_000);
  isBroken = false;
  await clock.advance(10_000);
  expect(failure()).toBeUndefined();
  expect(told).toEqual(["held: EIO: i/o error", "flowing", "sent picture-1.jpg"]);
  expect(queue.done).toEqual([1]);
  await stop();
});

const word = (file: number, outcome: "accepted" | "again" | "rejected") => ({
  violation: "v1",
  revision: 2,
  file: `picture-${file}.jpg`,
  outcome,
});

test("with `acknowledge` a file is done on the hub's word alone", async () => {
  const uploads = [uploadOf(1, 2), uploadOf(2, 1), uploadOf(3, 1)];
  const { clock, queue, sender, told, parts, stop } = setUp(uploads, { waitsForHub: true });
  await clock.advance(1_000);
  expect(parts()).toHaveLength(4);
  expect(queue.done).toEqual([]);
  await sender.acknowledged([word(1, "accepted"), word(2, "rejected")]);
  expect(queue.done).toEqual([1, 2]);
  await sender.acknowledged([{ ...word(3, "again"), fromPart: 1 }]);
  await clock.advance(1_000);
  expect(parts().slice(4)).toEqual(["3:1"]);
  expect(told[1]).toBe("lost picture-2.jpg: the hub refuses it: no reason given");
  await stop();
});

test("a hub that is silent for a minute is asked with the last part alone", async () => {
  const { clock, queue, sender, parts, stop } = setUp([uploadOf(1, 5)], { waitsForHub: true });
  await clock.advance(59_000);
  expect(parts()).toHaveLength(5);
  await clock.advance(12_000);
  expect(parts().slice(5)).toEqual(["1:5"]);
  await sender.acknowledged([word(1, "accepted")]);
  expect(queue.done).toEqual([1]);
  await stop();
});

test("a receive maximum of one leaves no room, and it is said", async () => {
  const connection = new SimulatedConnection({ receiveMaximum: 1 });
  const { clock, told, stop } = setUp([uploadOf(1, 1)], { connection });
  await clock.advance(10_000);
  expect(connection.handed).toEqual([]);
  expect(told).toEqual(["held: the broker takes 1 message at a time: no room for pictures"]);
  await stop();
});
