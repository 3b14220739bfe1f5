/**
 * Who may log in: `console-users.json` in the data folder, written by `kerbside console passwd`.
 *
 * The agent reads it again when it changes; one that is damaged lets nobody in and says so once. It
 * holds hashes and roles, never a password.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readBoundedText } from "../runtime/bounded-file.ts";
import type { Clock } from "../runtime/clock.ts";
import { makeFolderDurably, writeDurably } from "../runtime/durable-file.ts";
import type { Log } from "../runtime/log.ts";
import { isPasswordHash } from "./password.ts";
import { type ConsoleRole, consoleRoles } from "./routes.ts";

export interface ConsoleUser {
  readonly name: string;
  readonly hash: string;
  readonly roles: readonly ConsoleRole[];
}

const usersMax = 100;
const bytesMax = 64 * 1024;
const lookAgainMs = 2_000;
export const userNameForm = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,39}$/u;

const usersSchema = z.strictObject({
  version: z.literal(1),
  users: z
    .array(
      z.strictObject({
        name: z.string().regex(userNameForm),
        hash: z.string().refine(isPasswordHash),
        roles: z.array(z.enum(consoleRoles)).min(1).max(consoleRoles.length),
      }),
    )
    .max(usersMax),
});

export function usersFileOf(dataFolder: string): string {
  return join(dataFolder, "console-users.json");
}

/** For the command; a file that is not there is an empty list, a damaged one an error. */
export async function readUsers(dataFolder: string): Promise<readonly ConsoleUser[]> {
  const path = usersFileOf(dataFolder);
  const text = await readBoundedText(path, bytesMax).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? [] : usersSchema.parse(JSON.parse(text)).users;
}

export async function writeUsers(dataFolder: string, users: readonly ConsoleUser[]): Promise<void> {
  const sorted = users.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const text = `${JSON.stringify(usersSchema.parse({ version: 1, users: sorted }), undefined, 2)}\n`;
  await makeFolderDurably(dataFolder);
  await writeDurably(usersFileOf(dataFolder), text);
}

/** The list as it is now, for the agent. */
export class Users {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #users: ReadonlyMap<string, ConsoleUser> = new Map();
  #mark = "";
  #lookedAtMonoMs = Number.NEGATIVE_INFINITY;

  constructor(options: { readonly dataFolder: string; readonly clock: Clock; readonly log: Log }) {
    this.#path = usersFileOf(options.dataFolder);
    this.#clock = options.clock;
    this.#log = options.log;
  }

  find(name: string): ConsoleUser | undefined {
    this.#look();
    return this.#users.get(name);
  }

  get count(): number {
    this.#look();
    return this.#users.size;
  }

  #look(): void {
    const nowMs = this.#clock.monoMs();
    if (nowMs - this.#lookedAtMonoMs < lookAgainMs) return;
    this.#lookedAtMonoMs = nowMs;
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    const mark = stat === undefined ? "none" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#users = new Map();
    if (stat === undefined) return;
    try {
      if (!stat.isFile() || stat.size > bytesMax) throw new RangeError("it is no list of users");
      const { users } = usersSchema.parse(JSON.parse(readFileSync(this.#path, "utf8")));
      this.#users = new Map(users.map((user) => [user.name, user]));
    } catch {
      // What is in it stays out of the log: hashes are for nobody.
      this.#log.error({ file: this.#path }, "the page's list of users is damaged: nobody gets in");
    }
  }
}
