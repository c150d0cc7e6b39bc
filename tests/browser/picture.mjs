// A picture of a page for the README, with a workload chosen.

import { args, drive, withPage } from "./drive.mjs";

const [file, name, picture] = args;

await drive(async (browser) => {
  await withPage(browser, file, { viewport: { width: 1200, height: 640 }, colorScheme: "light" }, async (page) => {
    await page.getByRole("option", { name }).first().click();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: picture });
  });
});
