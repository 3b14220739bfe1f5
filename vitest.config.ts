/**
 * Two projects: `unit` (fast, virtual time, part of `npm run check`) and `e2e` (real servers and
 * processes, part of `scripts/test`).
 *
 * Every test file gets a process of its own: native addons and worker threads of one file cannot
 * disturb another. End-to-end files run one after the other, so that two cores suffice.
 */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Each of them, and each worker thread, would compile the same modules anew: half of the time. It
// is inherited from here; a module that has changed is compiled again.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, ".tmp/compile-cache");

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
