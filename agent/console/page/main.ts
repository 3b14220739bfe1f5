/**
 * The shell: login, the list of pages, the language; shows the page that the address names.
 *
 * A page is loaded when it is first shown. What a user's roles do not allow is not listed, and the
 * box refuses it anyhow.
 */
import { ask, setToken } from "./ask.ts";
import { fill, h } from "./h.ts";
import { language, say, setLanguage } from "./language/say.ts";
import { showLogin } from "./login.ts";
import type { Page, Role } from "./page.ts";

const pages: Readonly<Record<string, () => Promise<{ readonly page: Page }>>> = {
  live: () => import("./live.ts"),
  events: () => import("./events.ts"),
  health: () => import("./health.ts"),
  zones: () => import("./zones.ts"),
  calibrate: () => import("./calibrate.ts"),
  install: () => import("./install.ts"),
};

/** What the list shows without loading a page: its role. Titles are `NAME.title`. */
const roleOf = {
  live: "live",
  events: "viewer",
  health: "viewer",
  zones: "editor",
  calibrate: "editor",
  install: "editor",
} as const satisfies Record<string, Role>;

interface Session {
  /** Null: nobody is logged in. */
  readonly user: string | null;
  readonly roles: readonly Role[];
  readonly token: string;
}

let leaving = new AbortController();
let whoami: { readonly user: string; readonly roles: readonly Role[] } | undefined;

const names = Object.keys(roleOf) as readonly (keyof typeof roleOf)[]; // As they stand above.

async function begin(): Promise<void> {
  setLanguage(language());
  const { user, roles, token } = await ask<Session>("/api/session");
  whoami = user === null ? undefined : { user, roles };
  setToken(token);
  await show();
}

async function show(): Promise<void> {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  if (whoami === undefined) {
    drawShell([]);
    showLogin(main(), begin);
    return;
  }
  const { user, roles } = whoami;
  const may = names.filter((name) => roles.includes(roleOf[name]));
  const [asked = "", ...rest] = decodeURI(location.hash.slice(1)).split("/");
  const name = may.find((one) => one === asked) ?? may.find((one) => one !== "live") ?? may[0];
  drawShell(may, name);
  if (name === undefined) return;
  const host = main();
  fill(host, h("p", {}, say("shell.loading")));
  try {
    const { page } = (await pages[name]?.()) ?? {};
    if (signal.aborted || page === undefined) return;
    document.title = `${say(page.title)} · ${say("shell.name")}`;
    fill(host, h("h1", {}, say(page.title)));
    const body = h("div", { class: "page" });
    host.append(body);
    await page.show(body, { user, roles, rest, signal });
  } catch (error) {
    if (!signal.aborted) host.append(failure(error));
  }
}

function failure(error: unknown): HTMLElement {
  const why = error instanceof Error ? error.message : String(error);
  return h("p", { role: "alert", class: "bad" }, say("shell.failed", { why }));
}

function drawShell(may: readonly (keyof typeof roleOf)[], current?: string): void {
  const otherLanguage = h(
    "button",
    { type: "button", lang: language() === "zh" ? "en" : "zh-CN", onclick: switchLanguage },
    say("shell.language"),
  );
  const link = (name: (typeof may)[number]) =>
    h(
      "a",
      { href: `#${name}`, "aria-current": name === current ? "page" : undefined },
      say(`${name}.title`),
    );
  fill(
    document.body,
    h("a", { class: "skip", href: "#main", onclick: skip }, say("shell.skip")),
    h(
      "header",
      {},
      h("strong", {}, say("shell.name")),
      may.length > 0 && h("nav", { "aria-label": say("shell.menu") }, may.map(link)),
      h(
        "div",
        { class: "own" },
        otherLanguage,
        whoami !== undefined &&
          h("button", { type: "button", onclick: () => void logOut() }, say("shell.logout")),
      ),
    ),
    h("main", { id: "main", tabindex: -1 }),
  );
}

function main(): HTMLElement {
  const found = document.getElementById("main");
  if (found === null) throw new Error("the shell has no main part");
  return found;
}

function skip(event: Event): void {
  event.preventDefault();
  main().focus();
}

function switchLanguage(): void {
  setLanguage(language() === "zh" ? "en" : "zh");
  void show();
}

async function logOut(): Promise<void> {
  await ask("/api/session", { method: "DELETE" }).catch(() => undefined);
  whoami = undefined;
  await show();
}

addEventListener("hashchange", () => void show());
addEventListener("kerbside-logged-out", () => {
  if (whoami === undefined) return;
  whoami = undefined;
  void show();
});
void begin();
