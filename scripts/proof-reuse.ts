/**
 * What saved looks save and what they cost in events: every scene of the library with them and
 * without. Says which scenes tell something else; there must be none.
 *
 * `--scene NAME` (again for more) takes some; `--reuse SECONDS` is the bound; `--seed N` looks
 * with a poor detector instead of a perfect one.
 */
import { parseArgs } from "node:util";
import { sceneConfig } from "../agent/cli/replay-scene.ts";
import { noisyLook } from "../agent/replay/noisy-look.ts";
import { library } from "../test-fixtures/scenes/library/index.ts";
import { withSavedLooks } from "../test-fixtures/scenes/library/saved-looks.ts";

const { values } = parseArgs({
  options: {
    scene: { type: "string", multiple: true },
    reuse: { type: "string", default: "30" },
    seed: { type: "string" },
  },
});
const reuseMs = Number(values.reuse) * 1_000;
const { seed, scene: names } = values;
const chosen = library.filter(
  ({ zones, scene }) => zones.length > 0 && (names?.includes(scene.name) ?? true),
);
const sum = { looks: 0, saved: 0, events: 0, different: 0 };
for (const entry of chosen) {
  const { name } = entry.scene;
  const [camera] = sceneConfig(entry, "street-nano").cameras;
  if (camera === undefined) throw new Error(`scene ${name} has no camera`);
  const options = seed === undefined ? {} : { seen: noisy(Number(seed)) };
  const result = withSavedLooks(entry, camera.rules, { reuseMs, ...options });
  const { lookCount, savedCount, quietCount, plain, saving } = result;
  const isSame = plain.join("\n") === saving.join("\n");
  sum.looks += lookCount;
  sum.saved += savedCount;
  sum.events += plain.length;
  sum.different += isSame ? 0 : 1;
  const shares = `${percent(quietCount, lookCount)} quiet ${percent(savedCount, lookCount)} saved`;
  const every = `every ${entry.everyMs / 1_000} s`;
  say(`${name.padEnd(32)} ${String(lookCount).padStart(5)} looks ${every.padEnd(12)} ${shares}`);
  if (isSame) continue;
  for (const line of plain) if (!saving.includes(line)) say(`    without alone: ${line}`);
  for (const line of saving) if (!plain.includes(line)) say(`    with alone:    ${line}`);
}
say(JSON.stringify({ scenes: chosen.length, reuseMs, ...sum }));
process.exitCode = sum.different === 0 ? 0 : 1;

function noisy(seedOfNoise: number) {
  return (look: Parameters<typeof noisyLook>[0]) => noisyLook(look, seedOfNoise);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`.padStart(5);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
