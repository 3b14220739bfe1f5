/** A command line that a command does not understand: what is wrong with it, and where its help is. */
import { AgentError } from "../runtime/agent-error.ts";

/** `command`: as it is typed. */
export function wrongUseOf(command: string): (what: string) => AgentError {
  return (what) => new AgentError("USAGE", what, `See kerbside ${command} --help.`);
}
