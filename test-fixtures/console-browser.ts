/**
 * Debian's Chromium on a box's page, through playwright-core: logged in, in a language and a size.
 *
 * Everything that a page complains about is kept, and is a fault of the page.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const chromiumFile = "/usr/bin/chromium";
export const hasChromium = existsSync(chromiumFile);

export const screenSizes = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const;

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
  /** Of bodies as they were sent, without pictures of cameras. */
  bytes(): number;
}

export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumFile,
    args: ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
  });
}

export async function openConsolePage(
  browser: Browser,
  url: string,
  options: {
    readonly login?: { readonly name: string; readonly password: string };
    readonly language?: "zh" | "en";
    readonly size?: keyof typeof screenSizes;
  } = {},
): Promise<OpenedPage> {
  const { login, language = "en", size = "desktop" } = options;
  const context = await browser.newContext({
    locale: language === "zh" ? "zh-CN" : "en-GB",
    viewport: screenSizes[size],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  let bytes = 0;
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("response", (response) => {
    const { "content-type": type = "", "content-length": length = 0 } = response.headers();
    if (!type.startsWith("image/jpeg")) bytes += Number(length);
  });
  await page.goto(url);
  if (login !== undefined) {
    await page.fill("#user", login.name);
    await page.fill("#password", login.password);
    await page.click("form button");
    await page.waitForSelector("header nav");
  }
  return { page, context, complaints, bytes: () => bytes };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core calls serious or critical, in words; then what the page itself complained of. */
export async function seriousFaults({ page, complaints }: OpenedPage): Promise<readonly string[]> {
  const before = complaints.length;

  const source = await readFile(
    createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
    "utf8",
  );
  // Straight into the page's world: its policy lets no other script in.
  await page.evaluate(source);
  const { violations } = await page.evaluate<AxeResult>("axe.run(document)");
  // Its own styles are refused by the page's policy, as anybody's would be.
  complaints.splice(before);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ""}`);
}
