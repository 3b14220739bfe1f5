/** What of a new configuration a running agent cannot take up. */
import { isDeepStrictEqual } from "node:util";
import type { AgentConfig } from "../config/agent-config.ts";

const sections = [
  "device",
  "hub",
  "limits",
  "health",
  "console",
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

/** Those that `reload` leaves as they were; the log's level it takes up by name alone. */
export function fixedUntilNextStart(running: AgentConfig) {
  const { device, hub, limits, health, inference, evidence, samples, decoder } = running;
  return {
    device,
    hub,
    limits,
    health,
    inference,
    evidence,
    samples,
    decoder,
    console: running.console,
  };
}
