/** What of a new configuration a running agent cannot take up. */
import { isDeepStrictEqual } from "node:util";
import type { AgentConfig } from "../config/agent-config.ts";

const sections = [
  "device",
  "hub",
  "limits",
  "health",
  "log",
  "inference",
  "evidence",
  "samples",
  "decoder",
] as const;

/** Sections that are read when the agent starts and not again. */
export function changedForNextStart(old: AgentConfig, next: AgentConfig): readonly string[] {
  const hasNewPassword = old.hub?.password?.reveal() !== next.hub?.password?.reveal();
  return sections.filter(
    (name) => !isDeepStrictEqual(old[name], next[name]) || (name === "hub" && hasNewPassword),
  );
}
