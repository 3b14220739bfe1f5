/**
 * Goal: what a person said of a violation counts in a replay of the box's own log, from when it
 * came, as it did in the box.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../../config/load.ts";
import { morningMs, runLooks } from "../../pipelines/testing/street.ts";
import { StreetFolder, street } from "../replay/testing/street-log.ts";
import { openStore } from "../store/sqlite-store.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

let folder: StreetFolder;
beforeEach(() => {
  folder = new StreetFolder();
});
afterEach(() => folder.remove());

/** A car stands for 100 s; the hub dismisses it at second 40.5. */
const looks = street(0, 100);

async function boxWithVerdict(): Promise<void> {
  const loaded = loadConfig(folder.config("a.yaml"), { env: {}, nowMs: 0, models: ["yolox-nano"] });
  const rules = loaded.ok ? loaded.config.cameras[0]?.rules : undefined;
  const warned = rules === undefined ? undefined : runLooks(rules, looks).changes[0];
  if (warned === undefined) throw new Error("nothing was told");
  await folder.log(looks);
  const store = await openStore({ folder: folder.path });
  const verdict = { verdictId: "c-1", violationId: warned.violationId, word: "dismissed" } as const;
  const receivedAtMs = morningMs + 40_500;
  await store.commit({
    cameraStates: [],
    revisions: [],
    verdicts: [{ ...verdict, reason: "a loading bay", receivedAtMs }],
    nowMs: receivedAtMs,
  });
  await store.close();
}

async function stages(): Promise<readonly string[]> {
  const io = testIo({ cwd: folder.path });
  await runLine(["replay", "--log", ".", "--config", "a.yaml", "--json"], io);
  const events = io.out().trimEnd().split("\n").slice(0, -1);
  return events.map((line) => {
    const { data } = JSON.parse(line) as { data: Record<string, string | null> }; // Our own.
    return `${data["stage"]} ${data["endReason"]}`;
  });
}

test("a dismissed violation is withdrawn when the word came, and does not come back", async () => {
  await boxWithVerdict();
  expect(await stages()).toEqual(["warned null", "withdrawn verdict"]);
});

test("a log that was copied without its store knows of no word", async () => {
  await boxWithVerdict();
  rmSync(join(folder.path, "store.db"));
  expect(await stages()).toEqual(["warned null", "reported null"]);
});
