/**
 * One turn of the floor: bare sockets whose packets are copied into rings, nothing made of them.
 *
 * In this process like our own receiving, so that both are counted alike.
 */
import { setTimeout as wait } from "node:timers/promises";
import { BareCamera } from "../cameras/floor/bare-camera.ts";
import type { TurnInput } from "./turn-input.ts";

const warmUpMs = 2_000;

/** CPU of all of them together in percent of a core. */
export async function measureFloor({ urls, windowMs, signal }: TurnInput): Promise<number> {
  const cameras = urls.map((url) => new BareCamera(url));
  try {
    await Promise.all(cameras.map((camera) => camera.open()));
    await wait(warmUpMs, undefined, { signal });
    const startedMonoMs = performance.now();
    const before = process.cpuUsage();
    const packetsBefore = packetsOf(cameras);
    await wait(windowMs, undefined, { signal });
    const { user, system } = process.cpuUsage(before);
    const elapsedMs = performance.now() - startedMonoMs;
    if (packetsOf(cameras) === packetsBefore) throw new Error("the floor: no packet came");
    return (user + system) / 10 / elapsedMs;
  } finally {
    for (const camera of cameras) camera.close();
  }
}

function packetsOf(cameras: readonly BareCamera[]): number {
  return cameras.reduce((sum, { packets }) => sum + packets, 0);
}
