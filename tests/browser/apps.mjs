// A page of applications: filtered by cluster and application, where the input has them.

import assert from "node:assert/strict";
import { args, becomes, drive, withPage } from "./drive.mjs";

const [file] = args;

await drive(async (browser) => {
  await withPage(browser, file, {}, async (page) => {
    const places = () => page.locator(".row .where").allTextContents();
    const all = ["eu/app.yaml:1", "us/app.yaml:1", "eu/app.yaml:8", "us/app.yaml:8"];
    assert.deepEqual(await places(), all, "names that are the same are not one");
    assert.equal(await page.locator("#cause").isVisible(), false, "nothing changes here");
    assert.deepEqual(await page.locator("#cluster option").allInnerTexts(), ["all", "eu", "us"]);
    await page.locator("#cluster").selectOption("us");
    await becomes(places, ["us/app.yaml:1", "us/app.yaml:8"]);
    await page.getByRole("button", { name: "Clear" }).click();
    const applications = await page.locator("#application option").allInnerTexts();
    assert.equal(applications.length, 3);
    await page.locator("#application").selectOption(applications[1]);
    await becomes(places, ["eu/app.yaml:1", "eu/app.yaml:8"]);
    await page.locator("#workloads .row").click();
    assert.match(await page.locator("#detail").innerText(), /application \S*shop, cluster eu/);
    await page.reload();
    await becomes(places, ["eu/app.yaml:1", "eu/app.yaml:8"]);
  });
});
