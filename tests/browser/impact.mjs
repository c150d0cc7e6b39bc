// The page of `impact`: what changes stands out, why is said with each workload, and everything else is one choice away.

import assert from "node:assert/strict";
import { args, becomes, drive, names, withPage } from "./drive.mjs";

const [file, pictures] = args;

await drive(async (browser) => {
  await withPage(browser, file, {}, async (page) => {
    assert.deepEqual(await names(page, "workloads"), ["batch", "web", "web-and-a-name-that-is-long", "reader", "old"], "what needs eyes comes first");
    assert.deepEqual(await names(page, "configs"), ["env", "files"], "and what changed");
    await showsVerdicts(page);
    await movesFromTheStart(page);
    await filters(page);
    await countsWhatIsDrawn(page);
    await leadsToLines(page);
    await prints(page);
  });
  await withPage(browser, file, { javaScriptEnabled: false }, needsNoScript);
});

async function legend(page) {
  const texts = await page.locator("#legend button").allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, " ").trim());
}

async function showsVerdicts(page) {
  assert.deepEqual(await legend(page), ["stays stale 1", "rolls 2", "refreshes in place 1", "gone 1", "frozen 2", "live 1", "by name only 0"]);
  const rows = await page.locator("#workloads .row").allInnerTexts();
  assert.match(rows[1], /rolls with downtime[^]*1 pod, Recreate: all pods stop[^]*ConfigMap\/env: LEVEL changed, by envFrom of web \(frozen\)/);
  assert.match(rows[2], /app:1 → 2/, "an image without its registry");
  // A name that has no room loses its middle, and shows its end.
  const [head, tail] = await page.locator("#workloads .row .cut .tail").evaluateAll((tails) => [tails[0].previousSibling.textContent, tails[0].textContent]);
  assert.deepEqual([head, tail], ["web-and-a-name-", "that-is-long"]);
  assert.match(await page.locator("#workloads .row").nth(2).getAttribute("title"), /web-and-a-name-that-is-long/);
  await page.screenshot({ path: `${pictures}/impact.png` });

  await page.getByRole("option", { name: /^web rolls/ }).click();
  const text = await page.locator("#detail").innerText();
  for (const part of ["rolls with downtime", "ConfigMap/env: LEVEL changed, by envFrom of web (frozen)", "a b#.yaml:"]) {
    assert.ok(text.includes(part), `${part}: ${text}`);
  }
  assert.ok(text.includes("The SHA-256 of this listing is the stamp"), text);
  assert.ok(!text.includes("[object"), text);
  await page.screenshot({ path: `${pictures}/impact-selected.png` });
  await page.keyboard.press("Escape");
}

// Keys work on a page that nothing was clicked on.
async function movesFromTheStart(page) {
  await page.goto(page.url().split("#")[0]);
  await page.reload();
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
  await page.keyboard.press("ArrowDown");
  await becomes(() => page.locator("#workloads .active .name").textContent(), "batch");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await becomes(() => page.locator("#workloads .selected .name").textContent(), "web");
  await page.keyboard.press("Escape");
}

async function filters(page) {
  const choose = (id, value) => page.locator(`#${id}`).selectOption(value);
  assert.deepEqual(await page.locator("#cause option").allInnerTexts(), ["all", "config", "image", "other"]);
  await choose("cause", "image");
  await becomes(() => names(page, "workloads"), ["web-and-a-name-that-is-long"]);
  await choose("cause", "config");
  await becomes(() => names(page, "workloads"), ["batch", "web", "reader"]);
  await choose("cause", "other");
  await becomes(() => names(page, "workloads"), ["old"]);
  await page.getByRole("button", { name: "Clear" }).click();
  for (const id of ["cluster", "application"]) assert.equal(await page.locator(`#${id}`).isVisible(), false, "the input has none");

  await page.getByRole("button", { name: /^stays stale/ }).click();
  await becomes(() => names(page, "workloads"), ["batch"]);
  await page.locator("#show").selectOption({ label: "everything" });
  await becomes(async () => (await names(page, "workloads")).includes("calm"), true);
  assert.equal(await page.locator("#workloads-heading").innerText(), "Workloads 6Other objects 1");
  await page.getByRole("button", { name: "Clear" }).click();
  await becomes(async () => (await names(page, "workloads")).includes("calm"), false);
}

async function countsWhatIsDrawn(page) {
  const heading = () => page.locator("#workloads-heading").innerText();
  assert.equal(await heading(), "Workloads 5 of 6", "an Ingress is not a workload");
  await page.locator("#search").fill("reader");
  await becomes(() => legend(page), ["stays stale 0", "rolls 0", "refreshes in place 1", "gone 0", "frozen 0", "live 1", "by name only 0"]);
  assert.equal(await page.locator("#edges path.edge").count(), 1);
  assert.equal(await heading(), "Workloads 1 of 6");
  await page.getByRole("button", { name: /^live/ }).click();
  await becomes(async () => (await legend(page)).at(-2), "live 0");
  assert.equal(await page.locator("#workloads .row .badge.links").innerText(), "0", "links that are hidden do not count");
  await page.getByRole("button", { name: /^live/ }).click();
  await page.getByRole("button", { name: "Clear" }).click();
}

async function leadsToLines(page) {
  await page.getByRole("option", { name: /^web rolls/ }).click();
  const addresses = await page.locator("#detail a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  assert.equal(addresses[0], "https://git.example.com/shop/blob/main/after/a%20b%23.yaml#L2");
  assert.ok(addresses.includes("https://git.example.com/shop/blob/main/after/a%20b%23.yaml#L15"), `${addresses}`);
  await page.keyboard.press("Escape");
}

async function prints(page) {
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator("#filters").isVisible(), false);
  await holdsTable(page);
  await page.emulateMedia({ media: "screen" });
  await page.locator("#cause").selectOption("image");
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const visible = await page.locator("#rows tr").evaluateAll((rows) => rows.filter((row) => row.offsetHeight > 0).length);
  assert.equal(visible, 1, "what is filtered is not printed");
  assert.equal(await page.locator("#shown").innerText(), "1 of 5 rows, by cause image.");
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: "Clear" }).click();
}

async function needsNoScript(page) {
  assert.equal(await page.locator("#filters").isVisible(), false, "nothing stands there that does nothing");
  await holdsTable(page);
  const tooWide = await page.locator("#paper").evaluate((paper) => paper.scrollWidth - paper.clientWidth);
  assert.equal(tooWide, 0);
  await page.screenshot({ path: `${pictures}/impact-without-script.png` });
}

// A summary, and a row for each verdict with its reason, its keys and its places.
async function holdsTable(page) {
  const text = await page.locator("#paper").innerText();
  assert.match(text, /1 stays stale, 2 roll \(at least 2 pods, 1 with downtime\)/);
  const rows = await page.locator("#rows tr").allInnerTexts();
  assert.equal(rows.length, 5);
  const web = rows[1].split("\t");
  assert.match(web[0], /rolls\s+with downtime/);
  assert.equal(web[1], "Deployment/web");
  assert.match(web[2], /1 pod, Recreate: all pods stop before new ones start/);
  assert.equal(web[3], "ConfigMap/env: LEVEL changed, by envFrom of web (frozen)");
  assert.match(web[4], /^after\/a b#.yaml:2\s+LEVEL: …\/env.yaml:4$/);
  const link = page.locator("#rows tr:nth-child(2) a").first();
  assert.equal(await link.getAttribute("href"), "https://git.example.com/shop/blob/main/after/a%20b%23.yaml#L2");
}
