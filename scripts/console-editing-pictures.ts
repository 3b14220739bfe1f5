/**
 * Pictures of the page's editors at work, in both languages, on a phone and on a desk: a zone that is
 * dragged with what would have been beside it, a calibration from five points, the installation.
 *
 *   bin/node scripts/console-editing-pictures.ts [FOLDER]     default docs/console
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { consoleLogins, startConsoleBox } from "../test-fixtures/console-box.ts";
import { launchChromium, openConsolePage } from "../test-fixtures/console-browser.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "../docs/console");
const pairs = [
  [683, 665, "116.6470407, 23.6700280"],
  [456, 509, "116.6470336, 23.6700637"],
  [623, 378, "116.6470781, 23.6700899"],
  [1094, 377, "116.6471463, 23.6700454"],
  [1020, 294, "116.6471976, 23.6700857"],
] as const;

await mkdir(folder, { recursive: true });
const box = await startConsoleBox();
const browser = await launchChromium();
try {
  await box.agent.line(({ message }) => message === "reported", 120_000);
  for (const language of ["zh", "en"] as const) {
    for (const size of ["phone", "desktop"] as const) {
      const login = consoleLogins.editor;
      const { page, context } = await openConsolePage(browser, box.url, { login, language, size });
      await page.goto(`${box.url}#zones/market`);
      await drag(page);
      await keep(page, `editing-zones-${language}-${size}`);
      await page.goto(`${box.url}#install`);
      await page.waitForSelector(".steps");
      await keep(page, `editing-install-${language}-${size}`);
      await page.goto(`${box.url}#calibrate/market`);
      await calibrate(page);
      await keep(page, `editing-calibrate-${language}-${size}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await box.stop();
}

async function pictureLoaded(page: Page): Promise<void> {
  await page.waitForSelector("img.street");
  const width = () =>
    page.locator("img.street").evaluate((image) => Number(Reflect.get(image, "naturalWidth")));
  while ((await width()) === 0) await page.waitForTimeout(250);
  await page.waitForTimeout(300);
}

async function drag(page: Page): Promise<void> {
  await pictureLoaded(page);
  const zone = await page.locator(".zone.chosen").boundingBox();
  if (zone === null) throw new Error("there is no zone");
  const [x, y] = [zone.x + zone.width / 2, zone.y + zone.height / 6];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - zone.width * 0.8, y, { steps: 8 });
  await page.mouse.up();
  await page.waitForSelector(".what-if .counts");
  await page.locator(".save button").first().click();
  await page.waitForSelector(".diff");
  await page.mouse.move(0, 0);
}

async function calibrate(page: Page): Promise<void> {
  await pictureLoaded(page);
  const area = await page.locator("svg.zones").boundingBox();
  if (area === null) throw new Error("there is no drawing");
  for (const [x, y] of pairs) {
    await page.mouse.click(area.x + (x / 1280) * area.width, area.y + (y / 720) * area.height);
  }
  await page.fill("#calibrate-paste", pairs.map(([, , place]) => place).join("\n"));
  await page.locator("#calibrate-paste").locator("xpath=../following-sibling::button").click();
  await page.locator("path.scale.m1").waitFor({ state: "attached" });
  await page.waitForTimeout(300);
}

async function keep(page: Page, name: string): Promise<void> {
  const file = join(folder, `${name}.jpg`);
  const { width } = page.viewportSize() ?? { width: 900 };
  await sharp(await page.screenshot({ fullPage: true }))
    .resize({ width: Math.min(width, 900) })
    .jpeg({ quality: 62 })
    .toFile(file);
  process.stdout.write(`${file}\n`);
}
