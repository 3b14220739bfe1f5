/**
 * The address of a broker on the command line: without a login, because everybody on the machine
 * can read command lines. The user has an option, the password comes from the environment.
 */
import { AgentError } from "../runtime/agent-error.ts";

export function checkBrokerAddress(url: string): void {
  if (!/^(mqtts?|wss?):\/\/[^/]/.test(url)) {
    throw new AgentError(
      "USAGE",
      `--url ${JSON.stringify(withoutLogin(url))} is no broker`,
      "Write mqtt://host:1883.",
    );
  }
  if (/\/\/[^/]*@/.test(url)) {
    throw new AgentError(
      "USAGE",
      "--url holds a login, which everybody on this machine can read in the list of processes",
      "Give --user NAME and the password in KERBSIDE_HUB_PASSWORD.",
    );
  }
}

function withoutLogin(url: string): string {
  return url.replace(/\/\/.*@/, "//***@");
}
