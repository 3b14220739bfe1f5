/**
 * `agent.json` in the data folder: where the agent that works on it can be asked how it is.
 *
 * Written when the agent runs, removed when it stops. A file whose process is gone is what a crash
 * left behind; the next start replaces it.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readBoundedText } from "./bounded-file.ts";
import { writeDurably } from "./durable-file.ts";

const agentFileSchema = z.object({
  pid: z.int().positive(),
  /** RFC 3339. */
  startedAt: z.iso.datetime({ offset: true }),
  configurationFile: z.string(),
  /** Where `/health` is; null when the configuration turned it off. */
  health: z.object({ host: z.string(), port: z.int().min(1).max(65_535) }).nullable(),
});
export type AgentFile = Readonly<z.infer<typeof agentFileSchema>>;

/** Ours has some hundred bytes. */
const fileBytesMax = 64 * 1024;

export const agentFilePath = (dataFolder: string): string => join(dataFolder, "agent.json");

/** A reader sees the old file or the whole new one. */
export async function writeAgentFile(dataFolder: string, agent: AgentFile): Promise<void> {
  await writeDurably(agentFilePath(dataFolder), `${JSON.stringify(agent)}\n`);
}

export async function removeAgentFile(dataFolder: string): Promise<void> {
  await rm(agentFilePath(dataFolder), { force: true });
}

/** Undefined when there is none, or none that can be read: a power cut may leave it empty. */
export async function readAgentFile(dataFolder: string): Promise<AgentFile | undefined> {
  try {
    const text = await readBoundedText(agentFilePath(dataFolder), fileBytesMax);
    return agentFileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether its process is there; another one may have its number by now. */
export function isProcessThere({ pid }: AgentFile): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is a process too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
