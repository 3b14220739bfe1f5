/**
 * Has anybody set the machine's clock since it was switched on? As the time service says, and the
 * kernel; each answer may be "nobody knows" (null).
 */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TimeOffset } from "../runtime/clock.ts";
import { readTimeOffset } from "./time-offset.ts";

export interface TimeService {
  /** Set by a time service (NTP, PTP, GNSS), and running with it. */
  readonly isSynced: boolean | null;
  /** How far it is from its service's time; absent: nobody says. */
  readonly offset?: TimeOffset | undefined;
  /** A clock with a battery set the time at the start. */
  readonly hasBatteryClock: boolean;
  /** One start of the machine, whoever starts in between; null where the kernel does not say. */
  readonly bootId: string | null;
}

export interface TimePlaces {
  /** systemd-timesyncd makes this folder when it runs, and a file in it when the clock is right. */
  readonly timesync: string;
  readonly clocks: string;
  readonly bootId: string;
  /** Asks the kernel's own state, whichever service keeps it: chrony, ntpsec, ptp4l. */
  readonly timedatectl: string;
}

const systemPlaces: TimePlaces = {
  timesync: "/run/systemd/timesync",
  clocks: "/sys/class/rtc",
  bootId: "/proc/sys/kernel/random/boot_id",
  timedatectl: "/usr/bin/timedatectl",
};
const askMsMax = 2_000;

export async function readTimeService(
  places: TimePlaces = systemPlaces,
  readOffset: () => Promise<TimeOffset | undefined> = readTimeOffset,
): Promise<TimeService> {
  const [isSynced, hasBatteryClock, bootId, offset] = await Promise.all([
    isSyncedBy(places),
    hasSetTime(places.clocks),
    textOf(places.bootId),
    readOffset(),
  ]);
  return {
    // Who knows by how much it is off keeps it, also where nobody else can be asked.
    isSynced: isSynced ?? (offset === undefined ? null : true),
    hasBatteryClock,
    bootId: bootId === "" ? null : bootId,
    ...(offset === undefined ? {} : { offset }),
  };
}

async function isSyncedBy({ timesync, timedatectl }: TimePlaces): Promise<boolean | null> {
  const names = await readdir(timesync).catch(() => undefined);
  if (names !== undefined) return names.includes("synchronized");
  const question = ["show", "--property=NTPSynchronized", "--value"];
  const answer = await promisify(execFile)(timedatectl, question, {
    timeout: askMsMax,
    env: {},
    encoding: "utf8",
  }).catch(() => ({ stdout: "" }));
  const word = answer.stdout.trim();
  return word === "yes" ? true : word === "no" ? false : null;
}

async function hasSetTime(clocks: string): Promise<boolean> {
  const names = await readdir(clocks).catch(() => []);
  const words = await Promise.all(names.map((name) => textOf(join(clocks, name, "hctosys"))));
  return words.includes("1");
}

async function textOf(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}
