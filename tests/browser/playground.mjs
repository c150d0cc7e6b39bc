// The playground, used as people use it: type, change a key and read the new stamp, go to the line of a message.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { args, becomes, drive, withPage } from "./drive.mjs";

const [file, pictures, expected, axe] = args;
const stamps = JSON.parse(readFileSync(expected, "utf8"));

await drive(async (browser) => {
  await withPage(browser, file, { colorScheme: "light" }, async (page) => {
    await isReady(page);
    await changesKeys(page);
    await takesResult(page);
    await marksLines(page);
    await renames(page);
    await compares(page);
    await survives(page);
    await isAccessible(page);
  });
  await withPage(browser, file, { colorScheme: "dark" }, async (page) => {
    await isReady(page);
    await isAccessible(page);
    await page.screenshot({ path: `${pictures}/playground-dark.png` });
  });
  await withPage(browser, file, { viewport: { width: 390, height: 844 } }, async (page) => {
    await isReady(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${width} pixels wide`);
  });
});

function summary(page) {
  return page.locator("#summary").textContent();
}

async function stamp(page) {
  const [, found] = /\+ +rollstamp\.dev\/checksum: "([0-9a-f]{64})"/.exec(await page.locator("#diff").innerText()) ?? [];
  return found;
}

async function isReady(page) {
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.match(policy, /default-src 'none'; connect-src 'none'; script-src 'sha256-/);
  await becomes(() => summary(page), "1 pod template to stamp");
}

// Puts the cursor behind the first occurrence of a text and types over it.
async function type(page, label, before, after) {
  const area = page.getByLabel(label, { exact: true });
  await area.focus();
  await area.evaluate((element, text) => {
    const at = element.value.indexOf(text);
    element.setSelectionRange(at, at + text.length);
  }, before);
  await page.keyboard.type(after);
}

async function choose(page, name) {
  await page.getByLabel("Example").selectOption({ label: name });
}

async function changesKeys(page) {
  assert.equal(await stamp(page), stamps.info, "the stamp is that of the command");
  await type(page, "Manifests", "info", "debug");
  await becomes(() => stamp(page), stamps.debug);
  const listing = await page.locator("#listings pre").innerText();
  assert.match(listing, /^[0-9a-f]{64} {2}ConfigMap\/web-env\/GREETING\n/);
  await page.screenshot({ path: `${pictures}/playground.png` });

  await choose(page, "subPath");
  await becomes(() => page.locator("#links tbody tr td:nth-child(5)").allInnerTexts(), ["nginx.conf"]);
  const mounted = await stamp(page);
  await type(page, "Manifests", "nothing reads this", "still nothing");
  await new Promise((resume) => setTimeout(resume, 400));
  assert.equal(await stamp(page), mounted, "a key that nothing mounts rolls nothing");
  await type(page, "Manifests", "worker_processes 2", "worker_processes 4");
  await becomes(async () => (await stamp(page)) === mounted, false);
}

async function takesResult(page) {
  await page.getByRole("button", { name: "Use the result as input" }).click();
  await becomes(() => summary(page), "Nothing to change.");
  assert.match(await page.getByLabel("Manifests").inputValue(), /rollstamp\.dev\/checksum/);
}

async function marksLines(page) {
  await choose(page, "items, with a missing key");
  const messages = page.locator("#messages");
  await becomes(async () => (await messages.innerText()).includes("records.yml"), true);
  const place = messages.getByRole("button").first();
  const line = (await place.textContent()).replace("line ", "");
  await place.press("Enter");
  const selected = await page.getByLabel("Manifests").evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.match(selected, /name: rules/);
  assert.equal(await page.locator(".numbers .warning").last().textContent(), line);

  await type(page, "Manifests", "apiVersion: apps/v1", "apiVersion: [");
  await becomes(() => page.locator("#summary").getAttribute("class"), "error");
  assert.ok((await page.locator(".numbers .error").count()) > 0, "the line of the error is marked");
}

async function renames(page) {
  await choose(page, "rename");
  await becomes(() => summary(page), "2 objects to rename");
  const diff = await page.locator("#diff").innerText();
  assert.match(diff, /\+ +name: web-env-[a-z0-9]{10}/);
  assert.ok(!diff.includes("not-a-real-one"), "no value of a Secret is in a diff");
}

async function compares(page) {
  await choose(page, "impact of two sides");
  await becomes(() => summary(page), "1 stale");
  assert.match(await page.locator("#impact").innerText(), /stays stale Deployment\/web: ConfigMap\/web-env LOG_LEVEL changed/);
  await page.getByLabel("as if both sides were stamped").check();
  await becomes(() => summary(page), "1 rolled");
  await type(page, "Before", "TIMEOUT: 30s", "TIMEOUT: 5s");
  await becomes(() => summary(page), "2 rolled");
}

// Anything may be typed.
async function survives(page) {
  await page.getByLabel("Command").selectOption("stamp");
  const area = page.getByLabel("Manifests", { exact: true });
  for (const text of ["", "\0", "- - - [", "&a [*a, *a]", "{".repeat(20000), "é\u{1f600}: |\n  x", "<script>alert(1)</script>"]) {
    await area.fill(text);
    await new Promise((resume) => setTimeout(resume, 250));
    assert.doesNotMatch(await summary(page), /rollstamp failed/, text.slice(0, 20));
  }
  await choose(page, "envFrom");
  await becomes(() => stamp(page), stamps.info);
}

// Names, roles, contrast: by the rules of axe, where it is installed.
async function isAccessible(page) {
  await page.getByLabel("Example").focus();
  for (const id of ["command", "take"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
  }
  if (!axe) return;
  await page.evaluate(readFileSync(axe, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), []);
}
