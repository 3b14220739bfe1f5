/**
 * Projects: `unit` and `unit-pure` (fast, virtual time, part of `npm run check`), and with real
 * servers and processes, as parts of `scripts/test`, `e2e` and `e2e-alone`.
 *
 * Every test file gets a process of its own: native addons and worker threads of one file cannot
 * disturb another. Those of rooms without any share one, which saves a third of their time.
 * End-to-end files wait most of their time and run two at a time, which two cores carry; those
 * that say how soon something is done, or at what cost, have the machine to themselves.
 */
import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Each of them, and each worker thread, would compile the same modules anew: half of the time. It
// is inherited from here; a module that has changed is compiled again.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, ".tmp/compile-cache");

/**
 * Where unit tests put their files: into memory. The store's tests make thousands of transactions,
 * each of which waits for the disk; on a busy one that took ten times as long, up to their limit.
 * End-to-end tests stay on the real disk.
 */
const memoryFolder = "/dev/shm";
const memoryBytesMin = 512 * 1_024 * 1_024;

function hasMemoryFolder(): boolean {
  if (!existsSync(memoryFolder)) return false;
  const { bavail, bsize } = statfsSync(memoryFolder);
  return bavail * bsize >= memoryBytesMin;
}

const exclude = ["**/node_modules/**", ".node/**", ".setup/**", ".tmp/**", "data/**"];

const unit = {
  env: hasMemoryFolder() ? { TMPDIR: memoryFolder } : {},
  exclude: [...exclude, "**/*.e2e.test.ts"],
  // Virtual time: only a test that hangs comes near it, or a machine that is very busy.
  testTimeout: 30_000,
  hookTimeout: 30_000,
};
/** No native code, no thread, nothing that outlasts a test. */
const pure = ["pipelines", "calibration", "config"].map((room) => `${room}/**/*.test.ts`);

/** What a neighbour would change: deadlines, times to stop, shares of a processor, costs. */
const alone = [
  "agent/bad-cameras.e2e.test.ts",
  "agent/bench/idle.e2e.test.ts",
  "agent/bench/inference.e2e.test.ts",
  "agent/malicious-camera.e2e.test.ts",
  "agent/overload.e2e.test.ts",
  "agent/stop.e2e.test.ts",
];
const missing = alone.filter((path) => !existsSync(join(import.meta.dirname, path)));
if (missing.length > 0) throw new Error(`vitest.config.ts: there is no ${missing.join(", ")}`);
const endToEnd = { testTimeout: 120_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: "forks",
    setupFiles: ["test-fixtures/property-seed.ts"],
    projects: [
      {
        extends: true,
        test: {
          ...unit,
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...unit.exclude, ...pure],
        },
      },
      {
        extends: true,
        test: { ...unit, name: "unit-pure", include: pure, isolate: false },
      },
      {
        extends: true,
        test: {
          ...endToEnd,
          name: "e2e",
          include: ["**/*.e2e.test.ts"],
          exclude: [...exclude, ...alone],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...endToEnd,
          name: "e2e-alone",
          include: alone,
          exclude,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
