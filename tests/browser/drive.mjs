// A page in a real browser that may do nothing wrong: no error on its console, no request but for itself, no dialog.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

const [peers, executablePath] = process.argv.slice(2, 4);
const { chromium } = createRequire(`${resolve(peers)}/`)("./playwright-core/package");

// What a scenario was called with, behind the peers and the browser.
export const args = process.argv.slice(4);

// Runs a scenario in a browser and ends the browser whatever happens.
export async function drive(scenario) {
  const browser = await chromium.launch({
    executablePath,
    args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    await scenario(browser);
  } finally {
    await browser.close();
  }
}

// Opens a file, calls `use` with the page, and then asserts that nothing was wrong with it.
export async function withPage(browser, file, options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const to = request.url();
    if (to.split("#")[0] !== url && to !== "data:,") wrong.push(`request: ${to}`);
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const started = performance.now();
  await page.goto(url);
  const loaded = performance.now() - started;
  await use(page, loaded);
  assert.deepEqual(wrong, []);
  await context.close();
}

// Reads until what is read is what is wanted: the page draws with the next frame.
export async function becomes(read, wanted, words) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (isDeepStrictEqual(await read(), wanted)) return;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  assert.deepEqual(await read(), wanted, words);
}

// The texts of the rows of a list, as far as they are in sight.
export async function names(page, list) {
  return page.locator(`#${list} .row .name`).allTextContents();
}
