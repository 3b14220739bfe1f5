/**
 * The worker thread of receiving: sockets and rings of its share of the cameras, no native code.
 *
 * It never waits for main: notices are posted and forgotten, pictures are put together when asked
 * for. Started by `capture.ts`.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Clock, systemClock } from "../runtime/clock.ts";
import type { EncodedPicture, EncodedSpan } from "./encoded-picture.ts";
import { playStream } from "./play-stream.ts";
import { StreamSet } from "./stream-set.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./worker-messages.ts";

const port = parentPort;
if (port === null) throw new Error("receive-worker runs as a worker thread only");

const start = workerData as WorkerStart; // Made by capture.ts alone.
/** Each thread has its own zero of `performance.now()`; main's counts. */
const elapsedMs = Number(process.hrtime.bigint() - start.hrTimeNs) / 1e6;
const zeroMonoMs = start.monoMs + elapsedMs - performance.now();
const monoMs = (): number => zeroMonoMs + performance.now();
const clock: Clock = { ...systemClock, monoMs, ...(start.wallOffset && wallBy(start.wallOffset)) };

/** A wall clock that is wrong does not get into a picture's time. */
function wallBy(wallOffset: SharedArrayBuffer): Pick<Clock, "wallMs"> {
  const offset = new Float64Array(wallOffset);
  return { wallMs: () => monoMs() + (offset[0] ?? 0) };
}

const post = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...transfer]);

const streams = new StreamSet({
  clock,
  play: playStream,
  sink: {
    onNotice: (notice) => post({ kind: "notice", notice }),
    onState: (state) => post({ kind: "state", state }),
    onRingNeed: ({ cameraId, stream }, need) => post({ kind: "ring-need", cameraId, stream, need }),
    onBug: ({ message, cause }) => {
      const stack = cause instanceof Error ? cause.stack : undefined;
      post({ kind: "bug", message, stack: stack ?? "" });
    },
  },
});

port.on("message", (message: ToWorker) => {
  switch (message.kind) {
    case "streams":
      streams.update(message.streams, message.grants);
      break;
    case "rings":
      streams.grantRings(message.grants);
      break;
    case "newest-picture": {
      const picture = streams.newestPicture(message.cameraId, message.stream);
      post({ kind: "picture", request: message.request, picture }, memoryOf(picture));
      break;
    }
    case "span": {
      const span = streams.span(message.cameraId, message.stream, message.span);
      post({ kind: "span", request: message.request, span }, memoryOfSpan(span));
      break;
    }
    case "stats":
      post({ kind: "stats", request: message.request, stats: streams.stats() });
      break;
    case "stop":
      void streams.stop().then(() => {
        post({ kind: "stopped" });
        port.close();
      });
      break;
  }
});

/** Pictures with the same parameter sets lie in one block. */
function memoryOfSpan(span: EncodedSpan | undefined): ArrayBuffer[] {
  const blocks = span?.pictures.map(({ unit }) => unit.buffer) ?? [];
  return [...new Set(blocks)].filter((block) => block instanceof ArrayBuffer);
}

/** All parts of a picture lie in one block. */
function memoryOf(picture: EncodedPicture | undefined): ArrayBuffer[] {
  const memory = picture?.units[0]?.buffer;
  return memory instanceof ArrayBuffer ? [memory] : [];
}
