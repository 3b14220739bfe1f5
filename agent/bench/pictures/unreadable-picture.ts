/** What is said of a file that should be a picture and is none. */
import { AgentError } from "../../runtime/agent-error.ts";

export function unreadablePicture(path: string, cause: unknown): AgentError {
  return new AgentError(
    "USAGE",
    `${path} is no picture that can be read: ${cause instanceof Error ? cause.message : "?"}`,
    "Repair the file or take it out of the folder.",
    { cause },
  );
}
