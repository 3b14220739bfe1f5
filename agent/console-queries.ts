/** Longer questions of the box's page: a replay under another configuration, evidence verified. */
import { join } from "node:path";
import type { AgentConfig } from "../config/agent-config.ts";
import type { ReplayOutcome, ReplaySpan } from "./console/console-ports.ts";
import { evidenceFolderOf } from "./evidence/device-keys.ts";
import { readPublicKeys } from "./evidence/signing.ts";
import { type Verified, verifyEvidence } from "./evidence/verify.ts";
import { LogSource } from "./replay/log-source.ts";
import { politely } from "./replay/politely.ts";
import { replay } from "./replay/replay.ts";
import { AgentError } from "./runtime/agent-error.ts";
import { readBoundedText } from "./runtime/bounded-file.ts";

const keyBytesMax = 256 * 1024;

export async function verifyOne(dataFolder: string, violation: string): Promise<Verified> {
  const keys = readPublicKeys(await readBoundedText(join(dataFolder, "device.pub"), keyBytesMax));
  try {
    return await verifyEvidence(join(evidenceFolderOf(dataFolder), violation), { keys });
  } catch (cause) {
    throw new AgentError(
      "EVIDENCE_UNREADABLE",
      `there is no evidence of ${violation}`,
      "It was dropped at a limit, or none was taken: kerbside explain says which.",
      { cause },
    );
  }
}

/** In small pieces on the agent's own thread: cameras and rules have their turn between them. */
export async function replayForConsole(
  config: AgentConfig,
  { camera, sinceMs, untilMs, signal }: ReplaySpan,
  { dataFolder, agentVersion }: { readonly dataFolder: string; readonly agentVersion: string },
): Promise<ReplayOutcome | undefined> {
  const source = new LogSource({
    folder: dataFolder,
    cameraId: camera,
    sinceMs: () => sinceMs,
    untilMs: () => untilMs,
  });
  try {
    const opened = await source.open(config);
    const done = await replay({
      ...opened,
      recording: politely(opened.recording),
      agentVersion,
      signal,
      onDecision: () => undefined,
    });
    return done && { looks: done.looks.used, violations: done.violations };
  } finally {
    await source.close();
  }
}
