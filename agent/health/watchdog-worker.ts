/**
 * The watching thread: see `watchdog.ts`. It needs nothing of the main thread but its counter.
 *
 * It counts its own ticks, not the time on a clock: a process that was stopped and continued, or
 * a machine that slept, comes back with one tick, not with a hang.
 */
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { WatchdogData, WatchdogWord } from "./watchdog.ts";

const { beats, tickMs, ticksMax, notify } = workerData as WatchdogData;
const counter = new Int32Array(beats);
const notifyMsMax = 5_000;

let lastBeat = Atomics.load(counter, 0);
let stillTicks = 0;
let sinceNotifyMs = 0;
let hasComplained = false;

const ticking = setInterval(() => {
  const beat = Atomics.load(counter, 0);
  stillTicks = beat === lastBeat ? stillTicks + 1 : 0;
  lastBeat = beat;
  if (stillTicks >= ticksMax) endProcess();
  sinceNotifyMs += tickMs;
  if (notify?.everyMs === undefined || stillTicks > 0 || sinceNotifyMs < notify.everyMs) return;
  sinceNotifyMs = 0;
  tellSystemd("WATCHDOG=1");
}, tickMs);

parentPort?.on("message", (word: WatchdogWord) => {
  if (word === "ready") tellSystemd("READY=1");
  if (word === "stopping") tellSystemd("STOPPING=1");
  if (word !== "close") return;
  clearInterval(ticking);
  parentPort?.close();
});

function endProcess(): never {
  const seconds = Math.round((ticksMax * tickMs) / 1_000);
  line(`the main thread has not moved for ${seconds} s: ending the process`);
  process.kill(process.pid, "SIGKILL");
  throw new Error("still alive after SIGKILL");
}

function tellSystemd(assignment: string): void {
  if (notify === undefined) return;
  const { command, socket, path } = notify;
  const child = spawn(command, [assignment], {
    // Nothing of the agent's environment: it may hold passwords.
    env: { NOTIFY_SOCKET: socket, PATH: path },
    stdio: "ignore",
  });
  child.unref();
  // Not the option of `spawn`: its timer goes on when the program is missing, and this thread with it.
  setTimeout(() => child.kill(), notifyMsMax).unref();
  child.on("error", (error) => complain(`${command}: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (code !== 0) complain(`${command} ${assignment} ended with ${signal ?? code}`);
  });
}

/** Once: systemd will restart the agent when it hears nothing, and the reason must be found. */
function complain(what: string): void {
  if (hasComplained) return;
  hasComplained = true;
  line(
    `systemd cannot be told that the agent lives (${what}): the unit needs NotifyAccess=all, the machine systemd-notify`,
  );
}

/** In the form of the log, but not through it: the log lives in the thread that may hang. */
function line(message: string): void {
  const entry = { level: "error", time: new Date().toISOString(), part: "watchdog", message };
  try {
    writeSync(2, `${JSON.stringify(entry)}\n`);
  } catch {
    // Nobody can be told; the process is ended all the same.
  }
}
