// The page of `impact`: what changes stands out, why is said, and everything else is one choice away.

import assert from "node:assert/strict";
import { args, becomes, drive, names, withPage } from "./drive.mjs";

const [file, pictures] = args;

await drive(async (browser) => {
  await withPage(browser, file, {}, async (page) => {
    assert.deepEqual(await names(page, "workloads"), ["batch", "web", "reader", "old"], "what needs eyes comes first");
    assert.deepEqual(await names(page, "configs"), ["env", "files"], "and what changed");
    const legend = await page.locator("#legend button.class").allInnerTexts();
    assert.deepEqual(legend.map((text) => text.replace(/\s+/g, " ").trim()), ["stays stale 1", "rolls 1", "refreshes in place 1", "gone 1"]);
    await page.screenshot({ path: `${pictures}/impact.png` });

    await page.getByRole("option", { name: /^web rolls/ }).click();
    const text = await page.locator("#detail").innerText();
    for (const part of ["rolls", "ConfigMap/env: LEVEL changed, by envFrom of web (frozen)", "app.yaml:"]) {
      assert.ok(text.includes(part), `${part}: ${text}`);
    }
    assert.ok(text.includes("The SHA-256 of this listing is the stamp"), text);
    assert.ok(!text.includes("[object"), text);
    await page.screenshot({ path: `${pictures}/impact-selected.png` });
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: /^stays stale/ }).click();
    await becomes(() => names(page, "workloads"), ["batch"]);
    await page.locator("#show").selectOption({ label: "everything" });
    await becomes(async () => (await names(page, "workloads")).includes("calm"), true);
    await page.getByRole("button", { name: "Clear" }).click();
    await becomes(async () => (await names(page, "workloads")).includes("calm"), false);
  });
});
