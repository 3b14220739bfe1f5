import assert from "node:assert/strict";
import { test } from "vitest";
import { notifyTarget, startWatchdog } from "./watchdog.ts";

const base = { command: "systemd-notify", socket: "/run/n", path: "/usr/bin:/bin" };
const rows = [
  { name: "not started by systemd", env: {}, want: undefined },
  { name: "an empty socket", env: { NOTIFY_SOCKET: "" }, want: undefined },
  {
    name: "a unit without WatchdogSec",
    env: { NOTIFY_SOCKET: "/run/n" },
    want: { ...base, everyMs: undefined },
  },
  {
    name: "WatchdogSec=30",
    env: { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" },
    want: { ...base, everyMs: 15_000 },
  },
  {
    name: "a watchdog for another process",
    env: { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" },
    want: { ...base, everyMs: undefined },
  },
  {
    name: "a watchdog below a second",
    env: { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "1000000" },
    want: { ...base, everyMs: 1_000 },
  },
  {
    name: "nonsense",
    env: { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "soon" },
    want: { ...base, everyMs: undefined },
  },
];
for (const { name, env, want } of rows) {
  test(`${name} is understood`, () => {
    assert.deepEqual(notifyTarget(env, "systemd-notify", 7), want);
  });
}

test("a limit that an ordinary delay would reach is refused", () => {
  assert.throws(() => startWatchdog({ hangMsMax: 1_000 }), RangeError);
});
