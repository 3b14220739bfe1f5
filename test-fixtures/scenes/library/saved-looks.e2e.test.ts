/**
 * Goal: saved looks change nothing that is told, on the scenes where they could.
 *
 * Some of the library, with its pictures; `npm run proof:reuse` runs all of it.
 */
import { expect, test } from "vitest";
import { sceneConfig } from "../../../agent/cli/replay-scene.ts";
import { library } from "./index.ts";
import { withSavedLooks } from "./saved-looks.ts";

/** Name, and the least share of its looks that must be saved. */
const rows = [
  { name: "bin-bag-put-down", savedMin: 0.1 },
  { name: "bin-nightfall", savedMin: 0.15 },
  { name: "parking-plain", savedMin: 0.6 },
  { name: "parking-night-switch", savedMin: 0.4 },
  { name: "parking-takes-the-place", savedMin: 0.6 },
  { name: "parking-foggy-gusts", savedMin: 0 },
  { name: "vending-people-chat", savedMin: 0.5 },
] as const;

for (const { name, savedMin } of rows) {
  test(name, { timeout: 60_000 }, () => {
    const entry = library.find(({ scene }) => scene.name === name);
    if (entry === undefined) throw new Error(`there is no scene ${name}`);
    const [camera] = sceneConfig(entry, "street-nano").cameras;
    if (camera === undefined) throw new Error(`scene ${name} has no camera`);
    const result = withSavedLooks(entry, camera.rules, { reuseMs: 30_000 });
    expect(result.saving).toEqual(result.plain);
    expect(result.savedCount / result.lookCount).toBeGreaterThanOrEqual(savedMin);
  });
}
