/**
 * Pictures of every page of the box's own page, in both languages, on a phone and on a desk: for the
 * docs, and to be looked at after a change.
 *
 *   npm run console:pictures [-- FOLDER]     default docs/console
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { consoleLogins, startConsoleBox } from "../test-fixtures/console-box.ts";
import { launchChromium, openConsolePage } from "../test-fixtures/console-browser.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "../docs/console");
const heightPxMax = 1_600;

await mkdir(folder, { recursive: true });
const box = await startConsoleBox();
const browser = await launchChromium();
try {
  await box.agent.line(({ message }) => message === "reported", 120_000);
  await wait(5_000);
  for (const language of ["zh", "en"] as const) {
    for (const size of ["phone", "desktop"] as const) {
      const login = consoleLogins.live;
      const { page } = await openConsolePage(browser, box.url, { language, size });
      await keep(page, `login-${language}-${size}`);
      await page.fill("#user", login.name);
      await page.fill("#password", login.password);
      await page.click("form button");
      await page.waitForSelector("header nav");
      const addresses = await page
        .locator("header nav a")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
      for (const address of addresses) {
        await page.goto(`${box.url}${address}`);
        await page.waitForSelector("main .page > *");
        if (address === "#live") {
          await page.click("main button");
          await page.waitForSelector("main table");
          await wait(3_000);
        }
        await wait(1_500);
        await picturesShown(page);
        await keep(page, `${address.slice(1)}-${language}-${size}`);
        if (address !== "#events") continue;
        await page.click("tbody a");
        await page.waitForSelector("pre");
        await wait(1_500);
        await keep(page, `event-${language}-${size}`);
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await box.stop();
}

/** A masked picture takes its time on a busy machine. */
async function picturesShown(page: Page): Promise<void> {
  const areShown = () =>
    page.evaluate<boolean>(
      "[...document.querySelectorAll('main .picture img')].every((one) => one.naturalWidth > 0)",
    );
  for (let tries = 0; tries < 60 && !(await areShown()); tries++) await wait(250);
}

async function keep(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ fullPage: true });
  const picture = sharp(png);
  const { width, height } = await picture.metadata();
  const cut = picture.extract({ left: 0, top: 0, width, height: Math.min(height, heightPxMax) });
  const file = join(folder, `${name}.jpg`);
  await writeFile(
    file,
    await cut
      .resize({ width: Math.min(width, 900) })
      .jpeg({ quality: 62 })
      .toBuffer(),
  );
  process.stdout.write(`${file}\n`);
}
