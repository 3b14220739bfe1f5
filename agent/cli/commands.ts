/**
 * The commands of the `kerbside` line, in the order in which `kerbside --help` lists them.
 */
import { checkCommand } from "./check.ts";
import type { Command } from "./command.ts";
import { eventsCommands } from "./events.ts";
import { hubCommand } from "./hub.ts";
import { modelsCommands } from "./models.ts";
import { runCommand } from "./run.ts";

export const commands: readonly Command[] = [
  runCommand,
  checkCommand,
  ...eventsCommands,
  ...modelsCommands,
  hubCommand,
];
