"use strict";

const byElement = (id) => document.getElementById(id);
const examples = JSON.parse(byElement("examples").textContent);
const editors = ["base", "text"].map((id) => ({ area: byElement(id), numbers: byElement(id).previousElementSibling }));
const PAUSE = 150;

let library = null;
let compiled = null;
let timer = 0;
let result = null;

// An element with a class and a text. Texts of manifests are never markup.
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function compile() {
  const packed = Uint8Array.from(atob(byElement("module").textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  compiled = await WebAssembly.compile(await new Response(stream).arrayBuffer());
}

// Asks the library. After a failure of its own a fresh instance answers the next question.
async function ask(asked) {
  try {
    library ??= (await WebAssembly.instantiate(compiled, {})).exports;
    const bytes = new TextEncoder().encode(JSON.stringify(asked));
    const address = library.allocate_input(bytes.length);
    new Uint8Array(library.memory.buffer, address, bytes.length).set(bytes);
    const at = library.run();
    return JSON.parse(new TextDecoder().decode(new Uint8Array(library.memory.buffer, at, library.output_length())));
  } catch (error) {
    library = null;
    return { error: `rollstamp failed: ${error.message}` };
  }
}

function isImpact() {
  return byElement("command").value === "impact";
}

function request() {
  const strategy = byElement("command").value === "rename" ? "rename" : "stamp";
  const asked = { strategy, text: byElement("text").value };
  return isImpact() ? { ...asked, base: byElement("base").value, assume: byElement("assume").checked } : asked;
}

async function update() {
  if (!compiled) return;
  const answer = await ask(request());
  if (answer.error) {
    showSummary(answer.error, true);
    return;
  }
  const plan = JSON.parse(answer.plan);
  const impact = answer.impact && JSON.parse(answer.impact);
  result = answer.result;
  const diagnostics = impact ? [...plan.diagnostics, ...impact.diagnostics] : plan.diagnostics;
  showMessages(diagnostics);
  showImpact(impact);
  showDiff(answer.diff);
  showLinks(JSON.parse(answer.links).links);
  showListings(answer.listings);
  const changes = plan.changes.length + plan.renames.length;
  byElement("take").disabled = changes === 0 || result === null || isImpact();
  const errors = diagnostics.filter((one) => one.severity === "error").length;
  if (errors > 0) showSummary(`${counted(errors, "error")}: nothing is changed`, true);
  else if (impact) showSummary(impactSummary(impact.summary));
  else showSummary(changes === 0 ? "Nothing to change." : planSummary(plan));
}

function counted(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function planSummary(plan) {
  const parts = [];
  if (plan.changes.length > 0) parts.push(`${counted(plan.changes.length, "pod template")} to stamp`);
  if (plan.renames.length > 0) parts.push(`${counted(plan.renames.length, "object")} to rename`);
  return parts.join(", ");
}

function impactSummary(summary) {
  const words = { refused: "refused", stale: "stale", rolls: "rolled", nextRun: "at the next run", refreshes: "refreshed", new: "new", gone: "gone" };
  const parts = Object.keys(words).filter((name) => summary[name] > 0).map((name) => `${summary[name]} ${words[name]}`);
  return parts.length > 0 ? parts.join(", ") : "Nothing happens to any workload.";
}

function showSummary(text, isError) {
  byElement("summary").textContent = text;
  byElement("summary").className = isError ? "error" : "";
}

// The place of a message is a button that selects its line.
function placeButton(editor, line) {
  const button = element("button", "place", `line ${line}`);
  button.type = "button";
  button.addEventListener("click", () => {
    const lines = editor.area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    editor.area.focus();
    editor.area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  });
  return button;
}

function editorOf(file) {
  return editors[file === "before.yaml" ? 0 : 1];
}

function showMessages(diagnostics) {
  const marks = [new Map(), new Map()];
  const list = byElement("messages");
  list.replaceChildren();
  for (const { severity, file, line, object, message, help } of diagnostics) {
    const item = element("li", severity);
    item.append(element("span", "word", `${severity} `));
    if (line !== null) {
      const editor = editorOf(file);
      item.append(placeButton(editor, line), isImpact() ? ` (${editor === editors[0] ? "before" : "after"})` : "", ": ");
      const marked = marks[editors.indexOf(editor)];
      if (marked.get(line) !== "error") marked.set(line, severity);
    }
    item.append(object ? `${object}: ` : "", message);
    if (help) item.append(element("span", "fix", help));
    list.append(item);
  }
  byElement("messages-part").hidden = diagnostics.length === 0;
  editors.forEach((editor, index) => showNumbers(editor, marks[index]));
}

function showNumbers({ area, numbers }, marks) {
  const count = area.value.split("\n").length;
  const lines = [];
  for (let line = 1; line <= count; line += 1) lines.push(element("span", marks.get(line) ?? "", String(line)));
  numbers.replaceChildren(...lines);
  numbers.scrollTop = area.scrollTop;
}

function label({ kind, namespace, name }) {
  return `${namespace ? `${namespace}/` : ""}${kind}/${name}`;
}

function showImpact(impact) {
  byElement("impact-part").hidden = !impact;
  const list = byElement("impact");
  list.replaceChildren();
  for (const one of impact ? impact.workloads : []) {
    const item = element("li", one.impact);
    item.append(element("span", "word", one.impact === "stale" ? "stays stale " : `${one.impact} `), label(one.workload));
    const keys = one.reasons.map((reason) => `${label(reason.config)} ${reason.key} ${reason.change}`);
    if (keys.length > 0) item.append(`: ${keys.join(", ")}`);
    for (const words of [one.rollout, one.because, one.refresh && one.refresh.because]) {
      if (words) item.append(element("span", "fix", words));
    }
    list.append(item);
  }
  if (impact && impact.workloads.length === 0) list.append(element("li", "", "Nothing happens to any workload."));
}

function showDiff(lines) {
  byElement("diff-part").hidden = isImpact();
  const shown = lines.map(([kind, text]) => element("span", kind, `${text}\n`));
  byElement("diff").replaceChildren(...(shown.length > 0 ? shown : ["No change.\n"]));
}

function showLinks(links) {
  const rows = links.map((link) => {
    const row = element("tr");
    const isWrong = ["missing", "missing-key", "ambiguous"].includes(link.status);
    const keys = link.keys === null ? "*" : link.keys.join(", ");
    for (const [text, className] of [
      [label(link.workload)],
      [link.container ?? ""],
      [link.mechanism],
      [label(link.target)],
      [keys],
      [link.delivery, link.delivery],
      [link.missingKeys.length > 0 ? `no key ${link.missingKeys.join(", ")}` : link.status, isWrong ? "wrong" : ""],
    ]) row.append(element("td", className, text));
    return row;
  });
  byElement("links").tBodies[0].replaceChildren(...rows);
}

function showListings(listings) {
  byElement("listings-part").hidden = listings.length === 0;
  const parts = [];
  for (const { workload, template, listing } of listings) {
    const lines = element("pre", "listing", listing);
    // What scrolls can be scrolled by keys.
    lines.tabIndex = 0;
    parts.push(element("h3", "", template ? `${workload}, ${template}` : workload), lines);
  }
  byElement("listings").replaceChildren(...parts);
}

function showCommand() {
  byElement("base-part").hidden = !isImpact();
  byElement("assume-label").hidden = !isImpact();
  byElement("text-heading").firstElementChild.textContent = isImpact() ? "After" : "Manifests";
}

function takeExample() {
  const { command, text, base } = examples[byElement("example").value];
  byElement("command").value = command;
  byElement("text").value = text;
  if (base) byElement("base").value = base;
  showCommand();
  update();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(update, PAUSE);
}

function isDark() {
  return (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

function nameTheme() {
  byElement("theme").textContent = isDark() ? "Light" : "Dark";
}

for (const { area, numbers } of editors) {
  area.addEventListener("input", later);
  area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
}
examples.forEach(({ name }, index) => byElement("example").append(new Option(name, index)));
byElement("example").addEventListener("change", takeExample);
byElement("command").addEventListener("change", () => {
  if (isImpact() && byElement("base").value === "") byElement("base").value = byElement("text").value;
  showCommand();
  update();
});
byElement("assume").addEventListener("change", update);
byElement("take").addEventListener("click", () => {
  byElement("text").value = result;
  update();
});
byElement("controls").addEventListener("submit", (event) => event.preventDefault());
byElement("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
});
nameTheme();
compile().then(takeExample, (error) => showSummary(`WebAssembly cannot be used here: ${error.message}`, true));
