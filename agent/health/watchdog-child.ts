/**
 * The child of `watchdog.e2e.test.ts`: an agent that lives, and hangs when it is told to.
 *
 * `hang`: its main thread stands still after a second. `live`: it runs until SIGTERM.
 */
import { writeSync } from "node:fs";
import { startWatchdog } from "./watchdog.ts";

const [mode = "live", notifyCommand = "systemd-notify"] = process.argv.slice(2);
const watchdog = startWatchdog({ hangMsMax: 3_000, notifyCommand });
watchdog.ready();

const alive = setInterval(() => {}, 1_000);
process.on("SIGTERM", () => {
  watchdog.stopping();
  clearInterval(alive);
  void watchdog.close();
});
writeSync(1, "up\n");
if (mode === "hang") {
  setTimeout(() => {
    writeSync(1, "hanging\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }, 1_000);
}
