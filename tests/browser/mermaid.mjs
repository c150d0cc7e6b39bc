// Mermaid itself reads a chart and draws it, with every name as it is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { args, drive, withPage } from "./drive.mjs";

const [empty, library, ...charts] = args;

await drive(async (browser) => {
  await withPage(browser, empty, {}, async (page) => {
    await page.addScriptTag({ content: readFileSync(library, "utf8") });
    for (const chart of charts) {
      const [source, names, maxWidth, edges] = JSON.parse(readFileSync(chart, "utf8"));
      const texts = await page.evaluate(async (text) => {
        mermaid.initialize({ startOnLoad: false, securityLevel: "strict", flowchart: { htmlLabels: true } });
        const { svg } = await mermaid.render("chart", text);
        document.body.innerHTML = svg;
        return [...document.querySelectorAll(".nodeLabel")].map((label) => label.innerText.split("\n")[0]);
      }, source);
      for (const name of names) assert.ok(texts.includes(name), `${name}: ${JSON.stringify(texts)}`);
      const [width, drawn] = await page.evaluate(() => {
        const svg = document.querySelector("svg");
        return [svg.viewBox.baseVal.width, svg.querySelectorAll(".edgePaths path").length];
      });
      if (maxWidth) assert.ok(width <= maxWidth, `${width} units wide`);
      if (edges) assert.equal(drawn, edges);
      console.log(`${chart}: ${texts.length} labels`);
    }
  });
});
