/**
 * A hub that was away for eight hours: the events of these hours wait in the agent's store, then
 * the broker comes back. Do all arrive, in order, and does the agent stay as small as it was?
 *
 * The events are written with the agent's own store, their times spread over the hours. The agent
 * is measured without any (idle), while they wait and while they leave: it and its children, shared
 * pages in shares, each second.
 */
import { setTimeout as wait } from "node:timers/promises";
import { sampleCommit } from "../../agent/bench/outbox/sample-events.ts";
import { openStore } from "../../agent/store/sqlite-store.ts";
import type { AgentProcess } from "../../test-fixtures/agent-process.ts";
import { startCameraServerProcess } from "../../test-fixtures/camera-server/camera-server-process.ts";
import { cellClip } from "../../test-fixtures/clips/cell-clip.ts";
import { Junction, wholePicture } from "../../test-fixtures/junction-file.ts";
import { startMosquitto } from "../../test-fixtures/mosquitto.ts";
import { proportionalBytes } from "../../test-fixtures/process-tree.ts";
import { startRecordingHub } from "../kill/recording-hub.ts";

export interface OutageOptions {
  readonly events: number;
  /** Of each measurement before the broker is back. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

export interface OutageResult {
  readonly events: number;
  readonly lost: number;
  readonly outOfOrder: number;
  readonly doubled: number;
  /** Median without events. */
  readonly idleMegabytes: number;
  /** Largest while they wait, and of all. */
  readonly waitingMegabytes: number;
  readonly peakMegabytes: number;
  readonly memoryRatio: number;
  readonly drainSeconds: number;
  /** Of the whole drain: connecting and the hub's part are in it. */
  readonly eventsPerSecond: number;
}

const awayMs = 8 * 3_600_000;
const cameraCount = 4;
const sampleMs = 1_000;
/** Caches and the decoder's heap fill in the first half minute, whatever waits. */
const settleMs = 30_000;
const startMsMax = 120_000;
const commitsAtOnce = 64;

export async function outage({ events, seconds, say }: OutageOptions): Promise<OutageResult> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const clip = { file: await cellClip({ seconds: 4, cars: [] }) };
    const cameras = await startCameraServerProcess({
      streams: [{ path: "/camera-{n}", count: cameraCount, clip }],
    });
    undo.push(() => cameras.stop());
    const broker = await startMosquitto();
    undo.push(() => broker.stop());
    await broker.kill();
    const junction = await Junction.make();
    undo.push(() => junction.remove());
    await junction.write({
      cameras: Array.from({ length: cameraCount }, (_, index) => ({
        id: `camera-${index + 1}`,
        url: cameras.url(`/camera-${index + 1}`),
        zones: [{ id: "kerb", polygon: wholePicture, rules }],
      })),
      sections: { hub: { url: broker.url, acknowledge: true, drainPerSecond: 1_000 } },
    });

    say("the agent without events");
    const idle = await measured(await started(junction), seconds);
    say(`${events} events are written`);
    await fill(junction.dataFolder, events);
    say("the agent while they wait");
    const agent = await started(junction);
    const waiting = await measured(agent, seconds, false);
    say("the broker is back");
    await broker.restart();
    const backAtMs = performance.now();
    const hub = await startRecordingHub(broker.url, { record: sequenceOf });
    undo.push(() => hub.stop());
    const draining: number[] = [];
    await agent.until(
      async () => {
        draining.push(megabytes(agent));
        if (draining.length % 20 === 0) say(`${new Set(hub.heard).size} of ${events} are there`);
        await wait(sampleMs);
        return new Set(hub.heard).size >= events;
      },
      "all events",
      600_000 + events * 20,
    );
    const drainSeconds = Math.round((performance.now() - backAtMs) / 1_000);
    await agent.stop();
    return result({ events, heard: hub.heard, idle, waiting, draining, drainSeconds });
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

const rules = [{ kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s", clearAfter: "1s" }];

function result({
  events,
  heard,
  idle,
  waiting,
  draining,
  drainSeconds,
}: {
  readonly events: number;
  readonly heard: readonly string[];
  readonly idle: readonly number[];
  readonly waiting: readonly number[];
  readonly draining: readonly number[];
  readonly drainSeconds: number;
}): OutageResult {
  const first = [...new Set(heard)].map(Number);
  const highest = first.reduce((sum, number) => Math.max(sum, number), 0);
  const idleMegabytes = middle(idle);
  const peakMegabytes = Math.max(...waiting, ...draining);
  return {
    events,
    lost: Math.max(events, highest) - first.length,
    outOfOrder: first.filter((number, index) => number !== index + 1).length,
    doubled: heard.length - first.length,
    idleMegabytes: rounded(idleMegabytes),
    waitingMegabytes: rounded(Math.max(...waiting)),
    peakMegabytes: rounded(peakMegabytes),
    memoryRatio: Math.round((1_000 * peakMegabytes) / idleMegabytes) / 1_000,
    drainSeconds,
    eventsPerSecond: Math.round(first.length / Math.max(1, drainSeconds)),
  };
}

async function started(junction: Junction): Promise<AgentProcess> {
  const agent = junction.start();
  await agent.line(({ message }) => message === "running", startMsMax);
  return agent;
}

async function measured(
  agent: AgentProcess,
  seconds: number,
  isStopped = true,
): Promise<readonly number[]> {
  await wait(settleMs);
  const samples: number[] = [];
  for (let sample = 0; sample < seconds; sample++) {
    samples.push(megabytes(agent));
    await wait(sampleMs);
  }
  if (isStopped) await agent.stop();
  return samples;
}

/** As rules would have decided them, evenly over the hours. */
async function fill(folder: string, events: number): Promise<void> {
  const store = await openStore({ folder });
  const beganMs = Date.now() - awayMs;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < events; index = next++) {
      const { revisions } = sampleCommit(index);
      // Of cameras that this junction does not have: nothing goes on with them.
      await store.commit({
        cameraStates: [],
        revisions,
        nowMs: beganMs + (awayMs * index) / events,
      });
    }
  };
  await Promise.all(Array.from({ length: commitsAtOnce }, lane));
  await store.close();
}

function megabytes(agent: AgentProcess): number {
  return agent.tree().reduce((sum, { pid }) => sum + proportionalBytes(pid), 0) / 1e6;
}

function sequenceOf(text: string): string {
  return (JSON.parse(text) as { readonly sequence: string }).sequence;
}

function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
