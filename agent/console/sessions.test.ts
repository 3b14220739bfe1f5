import { beforeAll, expect, test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { LoginLimits } from "./login-limits.ts";
import { hashPassword, isPassword, isPasswordHash } from "./password.ts";
import { Sessions } from "./sessions.ts";
import type { ConsoleUser } from "./users.ts";

const minuteMs = 60_000;
let hash = "";
beforeAll(async () => {
  hash = await hashPassword("a good password");
});

function house(users: readonly ConsoleUser[]) {
  const clock = new SimulatedClock();
  const list = new Map(users.map((user) => [user.name, user]));
  return { clock, list, sessions: new Sessions({ clock, userOf: (name) => list.get(name) }) };
}

const li = (): ConsoleUser => ({ name: "li", hash, roles: ["editor"] });

test("a session lives while it is used, and no longer than twelve hours", async () => {
  const { clock, sessions } = house([li()]);
  const token = sessions.open(li());
  for (let minutes = 0; minutes < 720; minutes += 20) {
    expect(sessions.find(token)?.user, String(minutes)).toBe("li");
    await clock.advance(20 * minuteMs);
  }
  await clock.advance(minuteMs);
  expect(sessions.find(token)).toBeUndefined();
});

test("half an hour without a request ends it; asking whether it holds is no request", async () => {
  const { clock, sessions } = house([li()]);
  const token = sessions.open(li());
  await clock.advance(20 * minuteMs);
  expect(sessions.find(token, { isUse: false })).toBeDefined();
  await clock.advance(11 * minuteMs);
  expect(sessions.find(token)).toBeUndefined();
});

test("a new password, other roles or a removed user end it at once", () => {
  for (const changed of [
    { ...li(), hash: "other" },
    { ...li(), roles: ["viewer"] as const },
    undefined,
  ]) {
    const { list, sessions } = house([li()]);
    const token = sessions.open(li());
    if (changed === undefined) list.delete("li");
    else list.set("li", changed);
    expect(sessions.find(token)).toBeUndefined();
  }
});

test("an editor may look; nobody gets live pictures by another role", () => {
  const { sessions } = house([li()]);
  const roles = sessions.find(sessions.open(li()))?.roles;
  expect([...(roles ?? [])].sort()).toEqual(["editor", "viewer"]);
});

test("a user's ninth session takes the place of the first; guessed tokens are nobody's", () => {
  const { sessions } = house([li()]);
  const tokens = Array.from({ length: 9 }, () => sessions.open(li()));
  expect(sessions.find(tokens[0])).toBeUndefined();
  expect(tokens.slice(1).every((token) => sessions.find(token) !== undefined)).toBe(true);
  expect(sessions.find("A".repeat(43))).toBeUndefined();
});

test("a hash says yes to its password alone, and never holds it", async () => {
  expect(isPasswordHash(hash)).toBe(true);
  expect(hash).not.toContain("good");
  expect(await isPassword("a good password", hash)).toBe(true);
  expect(await isPassword("a good passwore", hash)).toBe(false);
  expect(await isPassword("a good password", undefined)).toBe(false);
});

test("wrong passwords run out, come back with time, and right ones cost nothing", async () => {
  const clock = new SimulatedClock();
  const limits = new LoginLimits({ clock });
  const attempt = (isRight: boolean, address = "a", user = "li") =>
    limits.attempt({ address, user }, async () => isRight);
  for (let tries = 0; tries < 20; tries++) expect(await attempt(true)).toBe(true);
  for (let tries = 0; tries < 5; tries++) expect(await attempt(false)).toBe(false);
  expect(await attempt(true)).toBeUndefined();
  // Somebody at another address is not locked out by it.
  expect(await attempt(true, "b")).toBe(true);
  await clock.advance(minuteMs);
  expect(await attempt(true)).toBe(true);
});

test("guesses from everywhere at one user run out, too", async () => {
  const limits = new LoginLimits({ clock: new SimulatedClock() });
  const answers = [];
  for (let address = 0; address < 60; address++) {
    answers.push(await limits.attempt({ address: String(address), user: "li" }, async () => false));
  }
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(10);
});
