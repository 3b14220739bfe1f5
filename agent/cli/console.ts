/**
 * `kerbside console passwd | users`: who may log in at the box's own page.
 *
 * A password comes from standard input, never from the command line: what stands there can be read
 * by everybody on the machine. The running agent takes a change up within seconds, and ends the
 * sessions of whoever it is about.
 */
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { hashPassword, passwordCharsMax, passwordCharsMin } from "../console/password.ts";
import { type ConsoleRole, consoleRoles } from "../console/routes.ts";
import {
  type ConsoleUser,
  readUsers,
  userNameForm,
  usersFileOf,
  writeUsers,
} from "../console/users.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { keepPrivate } from "./private-folder.ts";
import { textTable } from "./text-table.ts";
import { wrongUseOf } from "./wrong-use.ts";

const dataUsage = "  --data DIR    the agent's data folder (default: KERBSIDE_DATA, or ./data)";
const wrongUse = wrongUseOf("console passwd");

export const consoleCommands: readonly Command[] = [
  {
    name: "console passwd",
    summary: "make a user of the box's page, or change one",
    usage: `Usage: kerbside console passwd NAME [options] < FILE

${dataUsage}
  --role ROLE   viewer (default) or editor: an editor changes zones and rules
  --live        may also see live pictures, in which nobody is masked; each opening is logged
  --remove      NAME may not log in any more

The password is the first line of standard input, ${passwordCharsMin} to ${passwordCharsMax} characters. Changes end NAME's sessions.`,
    example: "kerbside console passwd li --role editor < password.txt",
    run: passwd,
  },
  {
    name: "console users",
    summary: "who may log in at the box's page",
    usage: `Usage: kerbside console users [options]

${dataUsage}
  --json        print one JSON object`,
    example: "kerbside console users",
    run: list,
  },
];

async function passwd(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: "string" },
      role: { type: "string" },
      live: { type: "boolean", default: false },
      remove: { type: "boolean", default: false },
    },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw wrongUse("name one user");
  if (!userNameForm.test(name)) {
    throw wrongUse(`${JSON.stringify(name)}: expected 1 to 40 letters, digits and . _ @ -`);
  }
  const role = values.role ?? "viewer";
  if (role !== "viewer" && role !== "editor") {
    throw wrongUse(`--role takes viewer or editor, got ${JSON.stringify(role)}`);
  }
  const folder = dataFolderOf(values.data, io);
  const others = (await usersIn(folder)).filter((user) => user.name !== name);
  if (values.remove) {
    await writeUsers(folder, others);
    io.stdout(`${name} may not log in\n`);
    return exitCodes.done;
  }
  const [password = ""] = (await text(process.stdin)).split(/\r?\n/, 1);
  if (password.length < passwordCharsMin || password.length > passwordCharsMax) {
    throw wrongUse(
      `expected a password of ${passwordCharsMin} to ${passwordCharsMax} characters on standard input, got ${password.length}`,
    );
  }
  const roles: readonly ConsoleRole[] = consoleRoles.filter(
    (one) => one === role || (one === "live" && values.live),
  );
  keepPrivate(folder);
  await writeUsers(folder, [...others, { name, hash: await hashPassword(password), roles }]);
  io.stdout(`${name} may log in: ${roles.join(", ")}\n`);
  return exitCodes.done;
}

async function list(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const users = (await usersIn(dataFolderOf(values.data, io))).map(({ name, roles }) => ({
    name,
    roles,
  }));
  if (values.json) io.stdout(`${JSON.stringify({ users })}\n`);
  else if (users.length === 0) io.stdout("nobody: kerbside console passwd NAME makes a user\n");
  else {
    io.stdout(
      textTable(
        ["NAME", "ROLES"],
        users.map((one) => [one.name, one.roles.join(", ")]),
      ),
    );
  }
  return exitCodes.done;
}

async function usersIn(folder: string): Promise<readonly ConsoleUser[]> {
  try {
    return await readUsers(folder);
  } catch (cause) {
    const path = usersFileOf(folder);
    throw new AgentError(
      "CONFIG_UNREADABLE",
      `${path} holds no list of users`,
      "Remove it, and make the users anew with kerbside console passwd.",
      { cause },
    );
  }
}
