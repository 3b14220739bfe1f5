/**
 * Wrong use and wrong configuration: what starting again does not make right. A command line that
 * a command does not understand says what is wrong with it, and where its help is.
 */
import { AgentError, type AgentErrorCode } from "../runtime/agent-error.ts";

const codesOfWrongUse: ReadonlySet<AgentErrorCode> = new Set<AgentErrorCode>([
  "USAGE",
  "CONFIG_INVALID",
  "CONFIG_UNREADABLE",
  "MODEL_CHECKSUM_MISMATCH",
  "MODEL_MANIFEST_INVALID",
  "MODEL_UNKNOWN",
  "MODEL_WEIGHTS_MISSING",
  "MODEL_GRAPH_UNSUPPORTED",
]);

/** Exit code 2; everything else is the world's fault, 3. */
export function isWrongUse(error: unknown): error is AgentError {
  return error instanceof AgentError && codesOfWrongUse.has(error.code);
}

/** `command`: as it is typed. */
export function wrongUseOf(command: string): (what: string) => AgentError {
  return (what) => new AgentError("USAGE", what, `See kerbside ${command} --help.`);
}
