/**
 * Goal: what an installer and a tuning engineer do at the page, from a camera that nobody has added
 * yet to its first event, with the real agent, a real RTSP camera and Debian's Chromium.
 * Method: one box; each test leaves the file as the next one expects it. The command line is asked
 * the same questions, and must say the same.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lostComments } from "../../../config/edit/comments.ts";
import { login as cameraLogin } from "../../../scripts/demo-junction.ts";
import {
  type ConsoleBox,
  consoleLogins,
  startConsoleBox,
} from "../../../test-fixtures/console-box.ts";
import {
  hasChromium,
  launchChromium,
  openConsolePage,
} from "../../../test-fixtures/console-browser.ts";

const run = promisify(execFile);
let box: ConsoleBox;
let browser: Browser | undefined;
let written = "";

beforeAll(async () => {
  box = await startConsoleBox();
  written = await readFile(box.file, "utf8");
  browser = hasChromium ? await launchChromium() : undefined;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await box.stop();
});

async function opened(
  page: string,
): Promise<{ readonly page: Page; readonly close: () => Promise<void> }> {
  if (browser === undefined) throw new Error("there is no browser");
  const { page: tab, context } = await openConsolePage(browser, box.url, {
    login: consoleLogins.editor,
  });
  await tab.goto(`${box.url}#${page}`);
  return { page: tab, close: () => context.close() };
}

/** A box that is busy masking gives none at once: the page asks again. */
async function pictureLoaded(page: Page): Promise<void> {
  await page.waitForSelector("img.street");
  const width = () =>
    page.locator("img.street").evaluate((image) => Number(Reflect.get(image, "naturalWidth")));
  for (let tries = 0; (await width()) === 0; tries += 1) {
    if (tries >= 120) throw new Error("there is no picture");
    await page.waitForTimeout(250);
  }
}

/** A click at a share of the picture. */
async function clickAt(page: Page, x: number, y: number): Promise<void> {
  const area = await page.locator("svg.zones").boundingBox();
  if (area === null) throw new Error("there is no drawing");
  await page.mouse.click(area.x + x * area.width, area.y + y * area.height);
}

interface Session {
  readonly cookie: string;
  readonly token: string;
}

async function session(): Promise<Session> {
  const { name, password } = consoleLogins.editor;
  const answer = await fetch(new URL("/api/session", box.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user: name, password }),
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const known = await fetch(new URL("/api/session", box.url), { headers: { cookie } });
  const { token } = (await known.json()) as { readonly token: string }; // Our own answer.
  return { cookie, token };
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the answer
async function ask<Answer>(
  { cookie, token }: Session,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const response = await fetch(new URL(path, box.url), {
    method: body === undefined ? "GET" : "POST",
    headers: { cookie, "x-kerbside-token": token, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as Answer }; // Our own answer.
}

interface Edit {
  readonly version: string;
  readonly cameras: readonly {
    readonly id: string;
    readonly zones: readonly Record<string, unknown>[];
  }[];
  readonly history: readonly { readonly id: string }[];
}
interface Saved {
  readonly outcome: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

async function kerbside(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, CAM_PW: cameraLogin.password };
  const done = run("bin/kerbside", [...args], { env, maxBuffer: 64 * 1024 * 1024 });
  return (await done.catch((error: { readonly stdout: string }) => error)).stdout;
}

describe("without a browser", () => {
  test("two editors at once: the second is told, and the file is the first one's", async () => {
    const editor = await session();
    const { answer: edit } = await ask<Edit>(editor, "/api/edit");
    const zones = (tag: string) => ({
      version: edit.version,
      cameras: {
        side: { zones: edit.cameras[1]?.zones.map((zone) => ({ ...zone, tags: [tag] })) },
      },
    });
    const [first, second] = await Promise.all([
      ask<Saved>(editor, "/api/edit/save", zones("school")),
      ask<Saved>(editor, "/api/edit/save", zones("hospital")),
    ]);
    const outcomes = [first.answer.outcome, second.answer.outcome];
    expect(outcomes.toSorted()).toEqual(["conflict", "saved"]);
    const text = await readFile(box.file, "utf8");
    expect(text).toContain(outcomes[0] === "saved" ? "tags: [school]" : "tags: [hospital]");
    expect(lostComments(written, text)).toEqual([]);
    // Somebody at the box itself is a second editor, too.
    const { answer: now } = await ask<Edit>(editor, "/api/edit");
    await writeFile(box.file, `${text}# by hand\n`);
    const late = { version: now.version, cameras: { side: { zones: [] } } };
    expect((await ask<Saved>(editor, "/api/edit/save", late)).answer.outcome).toBe("conflict");
    expect(await readFile(box.file, "utf8")).toBe(`${text}# by hand\n`);
    await writeFile(box.file, text);
  });

  test("a way back: the file is what it was, to the byte", async () => {
    const editor = await session();
    const { answer: edit } = await ask<Edit>(editor, "/api/edit");
    const body = { version: edit.version, id: edit.history[0]?.id };
    expect((await ask<Saved>(editor, "/api/edit/rollback", body)).answer.outcome).toBe("saved");
    expect(await readFile(box.file, "utf8")).toBe(written);
  });

  test("an edit cannot bring in a file, a variable or an address", async () => {
    const editor = await session();
    const { answer: edit } = await ask<Edit>(editor, "/api/edit");
    const zone = {
      id: "x",
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
      rules: [],
    };
    const tries = [
      { side: { zones: [{ ...zone, id: `\${file:/etc/passwd}` }] } },
      { side: { zones: [{ ...zone, tags: [`\${env:CAM_PW}`] }] } },
      { side: { url: "file:///etc/passwd" } },
      { side: { calibration: "/etc/passwd" } },
    ];
    for (const cameras of tries) {
      const { status } = await ask(editor, "/api/edit/propose", { version: edit.version, cameras });
      expect(status, JSON.stringify(cameras)).toBe(400);
    }
    const camera = { version: edit.version, id: "new", url: "file:///etc/passwd" };
    expect((await ask(editor, "/api/install/camera", camera)).status).toBe(400);
    expect(await readFile(box.file, "utf8")).toBe(written);
  });

  test("messages are those of kerbside check", async () => {
    const editor = await session();
    const { answer: edit } = await ask<Edit>(editor, "/api/edit");
    const wrong = { kind: "illegal-parking", warnAfter: "soon", reportAftr: "5m" };
    const zones = edit.cameras[1]?.zones.map((zone) => ({ ...zone, rules: [wrong] }));
    const body = { version: edit.version, cameras: { side: { zones } } };
    const { answer } = await ask<Saved>(editor, "/api/edit/save", body);
    expect(answer.outcome).toBe("refused");
    expect(await readFile(box.file, "utf8")).toBe(written);
    const other = join(box.dataFolder, "wrong.yaml");
    const start = written.lastIndexOf("          - { kind: illegal-parking, allowed");
    const rule = "          - { kind: illegal-parking, warnAfter: soon, reportAftr: 5m }\n";
    await writeFile(other, `${written.slice(0, start)}${rule}`);
    const checked = JSON.parse(
      (await kerbside("check", other, "--json")).trim().split("\n").at(-1) ?? "",
    ) as Saved; // Its last line.
    const texts = ({ errors = [] }: Saved) =>
      errors.map(({ path, message }) => `${path} ${message}`);
    expect(texts(answer)).toEqual(texts(checked));
    expect(texts(answer)).not.toEqual([]);
  });

  test("what would have been is what kerbside replay says of the changed file", async () => {
    await box.agent.line(({ message }) => message === "reported", 90_000);
    const editor = await session();
    const { answer: edit } = await ask<Edit>(editor, "/api/edit");
    const zones = edit.cameras[0]?.zones.slice(1);
    const body = { camera: "market", days: 1, cameras: { market: { zones } } };
    interface Known {
      readonly outcome: string;
      readonly sinceMs: number;
      readonly untilMs: number;
      readonly comparison: {
        readonly same: number;
        readonly appeared: readonly { readonly violation: string }[];
        readonly disappeared: readonly { readonly violation: string }[];
      };
    }
    // Looks of the last second are on their way to the log.
    await box.agent.until(
      () => box.agent.lines.filter(({ message }) => message === "reported").length >= 2,
      "both events",
      90_000,
    );
    const { answer } = await ask<Known>(editor, "/api/what-if", body);
    expect(answer.outcome).toBe("known");
    const changed = join(box.dataFolder, "changed.yaml");
    const start = written.indexOf("      - id: kerb\n        polygon");
    await writeFile(
      changed,
      written.slice(0, start) + written.slice(written.indexOf("      - id: bins\n        polygon")),
    );
    const at = (ms: number) => new Date(ms).toISOString();
    const span = ["--since", at(answer.sinceMs), "--until", at(answer.untilMs)];
    const out = await kerbside(
      "replay",
      "--log",
      box.dataFolder,
      "--camera",
      "market",
      "--config",
      box.file,
      "--against",
      changed,
      "--json",
      ...span,
    );
    const { against } = JSON.parse(out.trim().split("\n").at(-1) ?? "") as {
      readonly against: Known["comparison"];
    }; // Its last line.
    const ids = (list: readonly { readonly violation: string }[]) =>
      list.map(({ violation }) => violation);
    expect(ids(answer.comparison.disappeared)).toEqual(ids(against.disappeared));
    expect(ids(answer.comparison.appeared)).toEqual(ids(against.appeared));
    expect(ids(answer.comparison.disappeared).length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasChromium)("in the browser", () => {
  test("from a camera that nobody added to its first event", async () => {
    const { page, close } = await opened("install");
    await page.waitForSelector(".steps");
    const url = /@(127\.0\.0\.1:\d+\/market)/.exec(written)?.[1] ?? "";
    await page.fill("#install-id", "north");
    await page.fill("#install-url", `rtsp://${url}`);
    await page.fill("#install-user", cameraLogin.user);
    await page.fill("#install-password", cameraLogin.password);
    await page.locator("section.card").nth(2).locator("button.main").click();
    await page.locator("section.card").nth(2).locator(".good").waitFor();
    const text = await readFile(box.file, "utf8");
    expect(text).toContain("- id: north");
    expect(text).not.toContain(cameraLogin.password);
    expect(lostComments(written, text)).toEqual([]);

    await box.agent.line(
      ({ message, camera }) => camera === "north" && message.startsWith("camera live"),
      30_000,
    );
    await page.goto(`${box.url}#zones/north`);
    await pictureLoaded(page);
    await page.getByRole("button", { name: "Draw a zone" }).click();
    for (const [x, y] of [
      [0.6, 0.4],
      [0.97, 0.4],
      [0.97, 0.78],
      [0.6, 0.78],
    ] as const) {
      await clickAt(page, x, y);
    }
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByLabel("Add a setting…").selectOption("warnAfter");
    await page.getByLabel("warnAfter", { exact: true }).fill("3s");
    await page.getByLabel("Add a setting…").selectOption("reportAfter");
    await page.getByLabel("reportAfter", { exact: true }).fill("6s");
    await page.getByRole("button", { name: "Check and show the difference" }).click();
    await page.waitForSelector(".diff .more");
    await page.getByRole("button", { name: "Save and apply" }).click();
    await page.locator(".save .good").waitFor();
    expect(await readFile(box.file, "utf8")).toContain("warnAfter: 3s, reportAfter: 6s }");
    await box.agent.line(
      ({ message, camera }) => camera === "north" && message === "reported",
      60_000,
    );
    await close();
  });

  test("a wrong rule is refused with its message; a corner moves by keyboard and by drag, and undo takes it back", async () => {
    const { page, close } = await opened("zones/side");
    await page.waitForSelector(".corner");
    const before = await readFile(box.file, "utf8");
    await page.getByLabel("warnAfter", { exact: true }).fill("soon");
    await page.getByRole("button", { name: "Check and show the difference" }).click();
    await page.locator(".save .bad", { hasText: "warnAfter" }).waitFor();
    expect(await page.getByRole("button", { name: "Save and apply" }).count()).toBe(0);
    expect(await readFile(box.file, "utf8")).toBe(before);
    await page.getByRole("button", { name: "Undo" }).click();
    const corner = page.locator(".corner").first();
    const name = () => page.locator(".corner").first().getAttribute("aria-label");
    expect(await name()).toContain("0.100, 0.100");
    await corner.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    expect(await name()).toContain("0.102, 0.120");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    expect(await name()).toContain("0.100, 0.100");
    await close();
  });

  test("dragging a zone away shows the events that would not have been", async () => {
    const { page, close } = await opened("zones/market");
    await pictureLoaded(page);
    const from = await page.locator(".zone.chosen").boundingBox();
    if (from === null) throw new Error("there is no zone");
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 6);
    await page.mouse.down();
    // A part of it stays where a view looks: a zone that no view sees is refused.
    await page.mouse.move(from.x - from.width * 0.3, from.y + from.height / 6, { steps: 8 });
    await page.mouse.up();
    await page.locator(".what-if .less", { hasText: "illegal parking" }).first().waitFor();
    expect(await page.locator(".what-if .counts").textContent()).toMatch(/[1-9]\d* disappear/);
    await close();
  });

  test("calibration: points, residuals and grid at once, saved and in effect", async () => {
    const { page, close } = await opened("calibrate/market");
    await pictureLoaded(page);
    const pairs = [
      [683, 665, "116.6470407, 23.6700280"],
      [456, 509, "116.6470336, 23.6700637"],
      [623, 378, "116.6470781, 23.6700899"],
      [1094, 377, "116.6471463, 23.6700454"],
      [1020, 294, "116.6471976, 23.6700857"],
    ] as const;
    for (const [x, y] of pairs) await clickAt(page, x / 1280, y / 720);
    await page
      .locator("tbody tr")
      .nth(pairs.length - 1)
      .waitFor();
    await page.fill("#calibrate-paste", pairs.map(([, , place]) => place).join("\n"));
    await page.getByRole("button", { name: "Fill in" }).click();
    await page.locator("path.scale.m1").waitFor({ state: "attached" });
    expect(await page.locator("tbody tr").first().textContent()).toMatch(/\d\.\d \/ 0\.\d\d/);
    await page.getByRole("button", { name: "Save the calibration" }).click();
    await page.locator("[role=status].good").waitFor();
    expect(await readFile(box.file, "utf8")).toMatch(/calibration: .*market-[0-9a-f]{12}\.json/);
    await page.goto(`${box.url}#zones/market`);
    await page.locator("path.scale.m5").waitFor({ state: "attached" });
    await close();
  });
});
