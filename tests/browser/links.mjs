// The page of `links`, used as people use it: search, click, keys, filters, a narrow screen, the address, paper.

import assert from "node:assert/strict";
import { args, becomes, drive, names, withPage } from "./drive.mjs";

const [file, pictures] = args;

await drive(async (browser) => {
  await withPage(browser, file, { colorScheme: "light" }, async (page) => {
    assert.equal(await page.title(), "Links – rollstamp");
    await searches(page);
    await clicks(page);
    await usesKeys(page);
    await filters(page);
    await changesColors(page);
    await printsTable(page);
  });
  await withPage(browser, file, { javaScriptEnabled: false }, async (page) => {
    await hasRows(page);
    assert.ok((await page.locator("#paper").innerText()).includes("Nothing refers to"));
  });
  await withPage(browser, file, { colorScheme: "dark" }, async (page) => {
    await page.getByRole("option", { name: "Deployment app.yaml" }).click();
    await page.screenshot({ path: `${pictures}/links-dark.png` });
  });
  await withPage(browser, file, { viewport: { width: 390, height: 844 } }, fitsNarrow);
});

async function searches(page) {
  const all = await names(page, "workloads");
  await page.keyboard.press("/");
  await page.keyboard.type("mode");
  assert.deepEqual(await names(page, "configs"), ["env"], "a key finds its config");
  assert.deepEqual(await names(page, "workloads"), ["web"], "and who uses it");
  assert.match(await page.locator("#workloads-heading").textContent(), /^Workloads 1 of \d$/);
  await page.locator("#search").fill("no such thing");
  assert.equal(await page.locator("#workloads .empty").textContent(), "Nothing matches.");
  await page.getByRole("button", { name: "Clear" }).click();
  assert.deepEqual(await names(page, "workloads"), all);
}

async function clicks(page) {
  await page.getByRole("option", { name: "Deployment app.yaml" }).click();
  const detail = page.locator("#detail");
  const text = await detail.innerText();
  for (const part of ["app.yaml:", "Digest listing", "ConfigMap/files/app.conf", "is not in the input", "has no key `gone`"]) {
    assert.ok(text.includes(part), `${part}: ${text}`);
  }
  assert.match(text, /Secret\/db\/password\s+not shown/, "the hash of a Secret is not shown");
  assert.ok(!text.includes("is the stamp"), "nor a stamp that is made of it");
  assert.equal(await page.locator("#edges path.unresolved.edge").count(), 3);
  await page.screenshot({ path: `${pictures}/links-selected.png` });

  await detail.getByRole("button", { name: "ConfigMap/env" }).first().click();
  assert.equal(await page.locator("#configs .selected .name").textContent(), "env");
  const rows = await detail.locator("table.keys tbody tr").allInnerTexts();
  assert.deepEqual(rows.map((row) => row.split(/\s+/)[0]), ["LEVEL", "MODE", "logo.bin"]);
  assert.match(rows[0], /LEVEL\s+\d+\s+[0-9a-f]{12}\s+1/);
  const address = page.url();
  await page.reload();
  assert.equal(page.url(), address);
  await becomes(() => page.locator("#configs .selected .name").textContent(), "env", "the address holds the selection");
  await page.goBack();
  await becomes(() => page.locator("#workloads .selected .name").textContent(), "web");
}

async function usesKeys(page) {
  const selected = () => page.locator(".row.selected").evaluateAll((rows) => rows.map((row) => row.parentElement.parentElement.id));
  const focused = () => page.evaluate(() => document.activeElement.id);
  await page.keyboard.press("Escape");
  await becomes(selected, []);
  assert.equal(await focused(), "workloads");
  for (const key of ["Home", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  const third = (await names(page, "workloads"))[2];
  await becomes(() => page.locator("#workloads .active .name").textContent(), third);
  const active = await page.locator("#workloads .active").getAttribute("id");
  assert.equal(await page.locator("#workloads").getAttribute("aria-activedescendant"), active);
  await page.keyboard.press("Enter");
  await becomes(selected, ["workloads"]);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), "configs");
  await page.keyboard.press("Enter");
  await becomes(selected, ["configs"]);
  await page.keyboard.press("Escape");
  await becomes(selected, []);
  const stops = new Set();
  for (let stop = 0; stop < 24; stop += 1) {
    await page.keyboard.press("Tab");
    stops.add(await focused());
  }
  for (const id of ["theme", "search", "namespace", "kind", "file", "show", "configs", "workloads"]) {
    assert.ok(stops.has(id), `${id} is reached by Tab: ${[...stops]}`);
  }
}

async function filters(page) {
  await page.locator("#kind").selectOption("Secret");
  assert.ok((await names(page, "configs")).includes("db"));
  assert.ok(!(await names(page, "configs")).includes("env"));
  await page.locator("#kind").selectOption("");
  await page.locator("#namespace").selectOption("staging");
  assert.deepEqual([...(await names(page, "configs")), ...(await names(page, "workloads"))], ["env", "web"]);
  await page.locator("#namespace").selectOption("");
  await page.locator("#file").fill("hostile");
  assert.deepEqual(await names(page, "workloads"), ["end", 'say "hi" [x] (y) {z}']);
  await page.locator("#file").fill("");
  const red = page.getByRole("button", { name: /not there/ });
  await red.click();
  assert.deepEqual((await names(page, "configs")).sort(), ["absent", "env", "not-in-git"]);
  await red.click();
  const edges = await page.locator("#edges path.edge").count();
  await page.getByRole("button", { name: /^frozen/ }).click();
  assert.equal(await page.locator("#edges path.frozen").count(), 0);
  await page.getByRole("button", { name: /^frozen/ }).click();
  assert.equal(await page.locator("#edges path.edge").count(), edges);
}

async function changesColors(page) {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Use dark colors" }).click();
  assert.notEqual(await ground(), light);
  await page.getByRole("button", { name: "Use light colors" }).click();
  assert.equal(await ground(), light);
}

async function printsTable(page) {
  await page.emulateMedia({ media: "print" });
  await hasRows(page);
  await page.emulateMedia({ media: "screen" });
  assert.equal(await page.locator("#paper").isVisible(), false);
}

async function hasRows(page) {
  const rows = await page.locator("#rows tr").allInnerTexts();
  assert.ok(rows.some((row) => /^Deployment\/web\t[^]*ConfigMap\/absent: all keys by envFrom of web \(frozen\): ConfigMap\/absent is not in the input[^]*app.yaml:\d+$/.test(row)), rows.join("\n"));
  assert.ok(rows.some((row) => row.startsWith('Deployment/say "hi" [x] (y) {z}')), "names are as they are");
}

async function fitsNarrow(page) {
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(await tooWide(), 0);
  await page.screenshot({ path: `${pictures}/links-narrow.png` });
  await page.getByRole("button", { name: /^Configs/ }).click();
  await page.getByRole("option", { name: /ConfigMap app.yaml:2$/ }).click();
  assert.ok(await page.locator("#detail").isVisible());
  assert.equal(await tooWide(), 0);
  await page.screenshot({ path: `${pictures}/links-narrow-detail.png` });
  await page.getByRole("button", { name: "Close the details" }).click();
  assert.ok(!(await page.locator("#detail").isVisible()));
}
