/**
 * Two projects: `unit` (fast, virtual time, part of `npm run check`) and `e2e` (real servers and
 * processes, part of `scripts/test`).
 *
 * Every test file gets a process of its own: native addons and worker threads of one file cannot
 * disturb another. End-to-end files run one after the other, so that two cores suffice.
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

export default defineConfig({
  test: {
    pool: "forks",
    passWithNoTests: true,
    setupFiles: ["test-fixtures/property-seed.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          env: hasMemoryFolder() ? { TMPDIR: memoryFolder } : {},
          include: ["**/*.test.ts"],
          exclude: [...exclude, "**/*.e2e.test.ts"],
          // Virtual time: only a test that hangs comes near it, or a machine that is very busy.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["**/*.e2e.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
