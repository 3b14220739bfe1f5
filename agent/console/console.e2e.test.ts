/**
 * The box's page against the real agent with real RTSP cameras, in Debian's Chromium.
 *
 * One box for all: it starts once. What needs no browser (attacks on the login) is asked with plain
 * requests; where Chromium cannot be had, the rest is skipped.
 */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ConsoleBox,
  consoleLogins,
  startConsoleBox,
} from "../../test-fixtures/console-box.ts";
import {
  hasChromium,
  launchChromium,
  openConsolePage,
  seriousFaults,
} from "../../test-fixtures/console-browser.ts";

let box: ConsoleBox;
let browser: Browser | undefined;

beforeAll(async () => {
  box = await startConsoleBox();
  browser = hasChromium ? await launchChromium() : undefined;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await box.stop();
});

function opened(): Browser {
  if (browser === undefined) throw new Error("there is no browser");
  return browser;
}

async function logIn(user: string, password: string): Promise<Response> {
  return await fetch(new URL("/api/session", box.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user, password }),
  });
}

async function sessionOf({ name, password }: { readonly name: string; readonly password: string }) {
  const answer = await logIn(name, password);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const session = await fetch(new URL("/api/session", box.url), { headers: { cookie } });
  const { token } = (await session.json()) as { readonly token: string }; // Our own answer.
  return { cookie, token };
}

/** As written: no client tidies the path. */
async function rawStatus(path: string, headers = ""): Promise<string> {
  const { hostname, port, host } = new URL(box.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${headers}connection: close\r\n\r\n`);
  return (await text(socket)).split("\r\n", 1)[0] ?? "";
}

async function socketAnswer(path: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(new URL(path, box.url.replace("http", "ws")), { headers });
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on("open", () => resolve("open"));
  socket.on("unexpected-response", (_, { statusCode }) => resolve(String(statusCode)));
  socket.on("error", () => undefined);
  const answer = await promise;
  socket.terminate();
  return answer;
}

describe("attacks", () => {
  test("without a session nothing is told", async () => {
    for (const path of ["/api/events", "/api/health", "/api/live", "/api/export/csv"]) {
      expect((await fetch(new URL(path, box.url))).status, path).toBe(401);
    }
  });

  test("no path reaches a file of the disk", async () => {
    const { cookie } = await sessionOf(consoleLogins.viewer);
    const paths = [
      "/../../etc/passwd",
      "/page/../../../etc/passwd",
      "/page/..%2f..%2f..%2fetc%2fpasswd",
      "/page/%2e%2e/server.ts",
      "//etc/passwd",
      "/page/main.ts%00.css",
      "/api/events/..%2f..%2fdevice.key",
      "/api/events/%2e%2e/1/device.key",
      "/api/events/a/1/..%2f..%2f..%2fdevice.key",
      "/server.ts",
    ];
    for (const path of paths) {
      expect(await rawStatus(path, `cookie: ${cookie}\r\n`), path).toContain(" 404 ");
    }
  });

  test("a change without the token, or from another site, is refused", async () => {
    const { cookie, token } = await sessionOf(consoleLogins.viewer);
    const change = async (headers: Record<string, string>) =>
      (await fetch(new URL("/api/session", box.url), { method: "DELETE", headers })).status;
    expect(await change({ cookie })).toBe(403);
    expect(await change({ cookie, "x-kerbside-token": "guessed" })).toBe(403);
    const fromElsewhere = { cookie, "x-kerbside-token": token, origin: "https://evil.example" };
    expect(await change(fromElsewhere)).toBe(403);
    expect(await change({ cookie, "x-kerbside-token": token })).toBe(200);
    expect(await change({ cookie, "x-kerbside-token": token })).toBe(401);
  });

  test("a form of another site cannot log in", async () => {
    const answer = await fetch(new URL("/api/session", box.url), {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({ user: "viewer", password: consoleLogins.viewer.password }),
    });
    expect(answer.status).toBe(400);
  });

  test("live pictures need a session, the role and this origin", async () => {
    const origin = new URL(box.url).origin;
    const viewer = await sessionOf(consoleLogins.viewer);
    const live = await sessionOf(consoleLogins.live);
    expect(await socketAnswer("/live/market", { origin })).toBe("401");
    expect(await socketAnswer("/live/market", { origin, cookie: viewer.cookie })).toBe("403");
    const elsewhere = { origin: "https://evil.example", cookie: live.cookie };
    expect(await socketAnswer("/live/market", elsewhere)).toBe("403");
    expect(await socketAnswer("/live/market", { cookie: live.cookie })).toBe("403");
    expect(await socketAnswer("/live/../x", { origin, cookie: live.cookie })).toBe("404");
    expect(await socketAnswer("/live/market", { origin, cookie: live.cookie })).toBe("open");
  });

  test("every answer carries the policy; the cookie is out of a script's reach", async () => {
    const answer = await fetch(box.url);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe-inline");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const { name, password } = consoleLogins.viewer;
    const cookie = (await logIn(name, password)).headers.get("set-cookie") ?? "";
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
  });

  test("a body that is too large or no JSON is refused", async () => {
    const large = await logIn("x", "y".repeat(10_000));
    expect(large.status).toBe(413);
    expect((await logIn("", "")).status).toBe(400);
  });
});

describe.skipIf(!hasChromium)("in the browser", () => {
  test("events come with explanation and evidence that verifies", async () => {
    const isReported = ({ message }: { readonly message: string }) => message === "reported";
    await box.agent.line(isReported, 90_000);
    const { page, context, complaints } = await openConsolePage(opened(), box.url, {
      login: consoleLogins.viewer,
    });
    await page.goto(`${box.url}#events`);
    await page.waitForSelector("tbody a");
    expect(await page.locator("header nav").textContent()).not.toContain("Live");
    await page.click("tbody tr:first-child a");
    await page.waitForSelector("pre");
    expect(await page.locator("pre").textContent()).toContain("market");
    const verify = page.getByRole("button", { name: "Verify the evidence" });
    // A machine that is too slow to mask people keeps no picture, and says so.
    if ((await verify.count()) > 0) {
      await verify.click();
      await page.getByText(/^Sound: \d+ manifests/).waitFor();
    } else await page.getByText("There are no evidence files.").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("live pictures advance, close behind the street, as the camera sends them", async () => {
    const { page, context, complaints } = await openConsolePage(opened(), box.url, {
      login: consoleLogins.live,
    });
    for (const camera of ["market", "side"]) {
      await page.goto(`${box.url}#live/${camera}`);
      await page.waitForSelector(`option[value=${camera}][selected]`, { state: "attached" });
      await page.click("main button");
      const shown = () =>
        page.evaluate<{ readonly pictures: number; readonly told: string }>(`({
          pictures: document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames,
          told: document.querySelector("#live-state").textContent,
        })`);
      const endsAtMs = performance.now() + 30_000;
      let seen = await shown();
      const first = seen;
      while (!(seen.pictures > first.pictures + 5 && /\d+ ms behind/.test(seen.told))) {
        if (performance.now() > endsAtMs) throw new Error(`${camera}: ${JSON.stringify(seen)}`);
        await wait(200);
        seen = await shown();
      }
      await page.waitForSelector("main table");
    }
    expect(complaints).toEqual([]);
    // What is transcoded has a process of its own, which goes with its last viewer.
    const ffmpegs = () =>
      box.agent.tree().filter(({ commandLine }) => commandLine.startsWith("ffmpeg"));
    expect(ffmpegs()).toHaveLength(1);
    await context.close();
    await box.agent.until(() => ffmpegs().length === 0, "the end of the transcoding");
    const openings = box.agent.lines.filter(
      ({ message, user }) => message === "page: the live picture is opened" && user === "engineer",
    );
    expect(openings.length).toBeGreaterThanOrEqual(2);
  });

  for (const language of ["zh", "en"] as const) {
    for (const size of ["phone", "desktop"] as const) {
      test(`no page has a serious fault of accessibility: ${language}, ${size}`, async () => {
        const shown = await openConsolePage(opened(), box.url, { language, size });
        const { page, context, complaints } = shown;
        const faults = [...(await seriousFaults(shown))];
        const { name, password } = consoleLogins.live;
        await page.fill("#user", name);
        await page.fill("#password", password);
        await page.keyboard.press("Enter");
        await page.waitForSelector("header nav");
        const names = await page
          .locator("header nav a")
          .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
        for (const address of names) {
          await page.goto(`${box.url}${address}`);
          await page.waitForSelector("main .page > *");
          for (const fault of await seriousFaults(shown)) faults.push(`${address} ${fault}`);
          const isWide = await page.evaluate<boolean>(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth",
          );
          if (isWide) faults.push(`${address} is wider than the screen`);
        }
        expect(faults).toEqual([]);
        expect(complaints).toEqual([]);
        expect(shown.bytes()).toBeLessThan(200_000);
        await context.close();
      });
    }
  }
});

/** Last: it locks this address out. */
describe("guessing", () => {
  test("after some wrong passwords nobody may try for a while, whatever the password", async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries++) {
      statuses.push((await logIn("editor", `wrong password ${tries}`)).status);
    }
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.slice(6)).toEqual(Array.from({ length: 6 }, () => 429));
    const { name, password } = consoleLogins.editor;
    expect((await logIn(name, password)).status).toBe(429);
    expect(box.agent.log()).not.toContain("wrong password");
  });
});
