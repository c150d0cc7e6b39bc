"use strict";

// What the page is about: the picture as data, an item for each config and workload, and which of them are to be seen.

const picture = JSON.parse(document.getElementById("data").textContent);

const REACHES = ["frozen", "live", "unmounted", "named"];
const REACH_WORDS = { frozen: "frozen", live: "live", unmounted: "unmounted", named: "by name only" };
const REACH_HELP = {
  frozen: "Only a new pod sees a change.",
  live: "The kubelet refreshes it in place.",
  unmounted: "No container mounts it.",
  named: "The object is only named: its content reaches no container.",
};
const PRESENCE_WORDS = { missing: "not in the input", built: "built by kustomize", "run-time": "at run time", ambiguous: "ambiguous" };

// Recurring values are written once, and everything else names them by their numbers.
const shared = picture.shared;
const files = [];
for (let at = 0; at < picture.files.length; at += 2) files.push(shared[picture.files[at]] + shared[picture.files[at + 1]]);

const isImpact = picture.classes.length > 0;

function asPlace(file, line) {
  return { file: files[file], number: file, line };
}

// Where something was before: what replaces the beginning of the name of the file, and the lines between.
function earlierPlace(was, place) {
  if (was === undefined || was === null) return null;
  const [replaced, prefix, line] = shared[was];
  return replaced === null ? { file: prefix, line } : { file: prefix + place.file.slice(replaced), line: place.line + line };
}

function asConfig([shape, namespace, name, places = [], hashes = "", mark, changes = [], scope]) {
  const [kind, presence, immutable, names, lines, hashed] = shared[shape];
  const item = { side: "configs", edges: [], places: [], id: "" };
  for (let at = 0; at < places.length; at += 2) item.places.push(asPlace(places[at], places[at + 1]));
  const first = item.places[0];
  const keys = names.map((key, number) => ({ key, line: lines[number] === null ? null : lines[number] + (first ? first.line : 0) }));
  const node = { kind, presence, immutable, namespace: shared[namespace], name, keys, hashes, hashed };
  for (const change of changes) asKeyChange(keys, first, change);
  if (mark !== undefined && mark !== null) {
    const [word, reasons] = shared[mark];
    const changed = keys.filter((key) => key.mark);
    node.mark = { class: word, label: word, reasons, changed };
  }
  return Object.assign(item, { node }, asScope(scope));
}

function asKeyChange(keys, first, [shape, was, diff]) {
  const [number, word] = shared[shape];
  const key = keys[number];
  key.mark = { class: word, label: word };
  key.head = key.line && first ? { ...first, line: key.line } : null;
  key.was = earlierPlace(was, key.head);
  key.diff = diff;
}

function asScope(scope) {
  const [application, cluster] = scope === undefined || scope === null ? [null, null] : shared[scope];
  return { application, cluster };
}

function asWorkload([shape, namespace, name, [file, line], configs = [], digests = [], was, scope]) {
  const [kind, hasPods, word, causes, links, containers, listings] = shared[shape];
  const item = { side: "workloads", edges: [], places: [asPlace(file, line)], id: "" };
  const node = { kind, hasPods, namespace: shared[namespace], name, causes, configs, containers, listings, digests };
  if (word !== null) node.mark = { class: picture.classes[word].word, label: picture.classes[word].label, reasons: [] };
  node.was = earlierPlace(was, item.places[0]);
  return Object.assign(item, { node, links }, asScope(scope));
}

// What a use of a config says; only what is looked at is read.
function asUse(item, [shape, line, container, file]) {
  const [mechanism, keys = null, type = null, optional = false, problems = [], missing = [], variables = []] = shared[shape];
  const own = item.places[0];
  const place = file === undefined || file === null ? { ...own, line: own.line + line } : asPlace(file, line);
  const number = container ? item.node.containers[container - 1] : null;
  return { place, mechanism, keys, container: number === null ? null : number === 0 ? item.node.name : shared[number - 1], type, optional, problems, missing, variables };
}

function usesOf(edge) {
  return edge.uses.map((use) => asUse(items.workloads[edge.workload], use));
}

// The hexadecimal digits of the hash of a key, as many as the page has of it.
function hashOf({ node }, number) {
  if (number >= node.hashed) return "";
  const length = node.hashes.length / node.hashed;
  return digits(node.hashes.slice(number * length, (number + 1) * length));
}

function digits(encoded) {
  return [...atob(encoded)].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

const items = { configs: picture.configs.map(asConfig), workloads: picture.workloads.map(asWorkload) };
for (const [index, item] of items.configs.entries()) item.index = index;
for (const [index, item] of items.workloads.entries()) item.index = index;

// Workloads whose links look alike share one shape, which names configs by their positions among those of the workload.
const edges = [];
for (const item of items.workloads) {
  for (const [position, reach, flags, uses] of item.links) {
    const config = item.node.configs[position];
    item.edges.push(edges.length);
    items.configs[config].edges.push(edges.length);
    edges.push({ config, workload: item.index, reach, unresolved: (flags & 1) > 0, isMarked: (flags & 2) > 0, uses });
  }
}

// Verdicts and reasons are read where they stand without a script as well: in the table.
{
  const rows = document.getElementById("rows")?.rows ?? [];
  for (const [number, index] of picture.rows.entries()) {
    const item = items.workloads[index];
    item.row = rows[number];
    if (item.node.mark) [item.node.mark.label, item.node.mark.more] = textsOf(item.row.cells[0]);
  }
}

// The lines of a cell, each as the nodes that stand between the line breaks.
function linesOf(cell) {
  const lines = [];
  let parts = [];
  for (const child of [...cell.childNodes, null]) {
    if (child !== null && child.nodeName !== "BR") {
      parts.push(child);
    } else if (parts.length > 0) {
      lines.push(parts);
      parts = [];
    }
  }
  return lines;
}

function textsOf(cell) {
  return linesOf(cell).map((parts) => parts.map((part) => part.textContent).join("").trimEnd());
}

// The reasons of a verdict, and the keys.
function reasonCells(item) {
  return [...item.row.cells].slice(2, 4);
}

// `app.yaml:7, was line 6`; of a revision `app.yaml:7, in main line 6`.
function placesText(head, was) {
  const text = ({ file, line }) => `${file}:${line}`;
  if (!was) return head ? text(head) : "";
  if (!head) return `was ${text(was)}`;
  const before = was.file.endsWith(head.file) ? was.file.slice(0, was.file.length - head.file.length) : null;
  if (was.line === head.line && (before === "" || before?.endsWith(":"))) return text(head);
  if (before === "") return `${text(head)}, was line ${was.line}`;
  if (before?.endsWith(":")) return `${text(head)}, in ${before.slice(0, -1)} line ${was.line}`;
  return `${text(head)}, was ${text(was)}`;
}

// Where a line can be read on the host of the repository.
function addressOf({ number, file, line }) {
  if (!picture.source || number === undefined) return null;
  const path = number in picture.paths ? picture.paths[number] : file;
  if (path === null) return null;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return picture.source.replaceAll("{path}", () => encoded).replaceAll("{line}", () => String(line));
}

// The text that is searched, made when something is searched for the first time.
function textOf(item) {
  if (item.text === undefined) {
    const { node } = item;
    const words = [node.namespace || "", `${node.kind}/${node.name}`, ...(node.keys || []).map(({ key }) => key), ...item.places.map((place) => place.file)];
    item.text = [...words, item.application || "", item.cluster || ""].join("\n").toLowerCase();
  }
  return item.text;
}

// Names that stand in the address of the page, so that a selection can be kept and sent to others.
{
  const taken = new Map();
  for (const item of [...items.configs, ...items.workloads]) {
    const id = `${item.side}/${item.node.namespace || "-"}/${item.node.kind}/${item.node.name}`;
    const count = (taken.get(id) || 0) + 1;
    taken.set(id, count);
    item.id = count === 1 ? id : `${id}~${count}`;
  }
}
const byId = new Map([...items.configs, ...items.workloads].map((item) => [item.id, item]));

function opposite(side) {
  return side === "configs" ? "workloads" : "configs";
}

function otherEnd(item, edge) {
  return item.side === "configs" ? items.workloads[edge.workload] : items.configs[edge.config];
}

// Workloads by namespace and name, after what happens to them; configs in the order of the first workload that uses them, so that what belongs
// together stands side by side. What nothing uses comes last.
const order = { configs: [], workloads: [] };
{
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const words = new Map(picture.classes.map(({ word }, position) => [word, position]));
  const urgency = (item) => (item.node.mark ? words.get(item.node.mark.class) : words.size);
  const byName = (a, b) =>
    compare(a.node.namespace || "", b.node.namespace || "") || compare(a.node.name, b.node.name) || compare(a.node.kind, b.node.kind) || a.index - b.index;
  order.workloads = [...items.workloads].sort((a, b) => urgency(a) - urgency(b) || byName(a, b));
  const rank = new Map(order.workloads.map((item, position) => [item.index, position]));
  const first = items.configs.map((item) => item.edges.reduce((least, number) => Math.min(least, rank.get(edges[number].workload)), Infinity));
  order.configs = [...items.configs].sort((a, b) => {
    const [left, right] = [first[a.index], first[b.index]];
    return left === right ? byName(a, b) : left - right;
  });
}

// What the reader asked for.
const FILTERS = ["search", "namespace", "kind", "file", "cluster", "application", "cause", "show"];
const state = { hidden: new Set(), selected: null, tab: "workloads" };
for (const key of FILTERS) state[key] = "";

function isUnresolved(item) {
  return item.edges.some((number) => edges[number].unresolved);
}

// The choices of "Show": first what the page is about.
const SHOWS = [
  ...(isImpact ? [["", "what changes", (item) => Boolean(item.node.mark)], ["all", "everything", () => true]] : [["", "everything", () => true]]),
  ...picture.classes.map(({ word, label }) => [`class:${word}`, label, (item) => item.node.mark?.class === word]),
  ["unresolved", "what is not there", isUnresolved],
  ["unused", "configs nothing refers to", (item) => item.side === "configs" && item.edges.length === 0],
  ["without", "workloads without config", (item) => item.side === "workloads" && item.edges.length === 0],
];

function isFiltered() {
  return FILTERS.some((key) => state[key].trim() !== "");
}

function terms() {
  return state.search.toLowerCase().split(/\s+/).filter(Boolean);
}

// Whether an item matches all filters but what is chosen in "Show".
function matcher() {
  const words = terms();
  const file = state.file.trim().toLowerCase();
  return (item) =>
    (!state.namespace || (item.node.namespace || "-") === state.namespace) &&
    (!state.kind || item.node.kind === state.kind) &&
    (!state.cluster || item.cluster === state.cluster) &&
    (!state.application || item.application === state.application) &&
    (!state.cause || Boolean(item.node.causes?.includes(state.cause))) &&
    (!file || item.places.some((place) => place.file.toLowerCase().includes(file))) &&
    (words.length === 0 || words.every((word) => textOf(item).includes(word)));
}

// The items of each side that are to be seen: those that match, and what they are linked with. And how many of each
// class match, whatever is chosen in "Show".
function visible() {
  const isMatch = matcher();
  const isShown = SHOWS.find(([value]) => value === state.show)[2];
  const matching = new Set();
  const classes = new Map();
  for (const item of [...items.configs, ...items.workloads]) {
    if (!isMatch(item)) continue;
    if (isShown(item)) matching.add(item);
    if (item.node.mark && item.side === "workloads") classes.set(item.node.mark.class, (classes.get(item.node.mark.class) || 0) + 1);
  }
  if (!isFiltered() && !isImpact) return { ...order, matching: null, classes };
  const shown = new Set(matching);
  for (const item of matching) {
    for (const number of item.edges) {
      const edge = edges[number];
      if (state.show === "unresolved" && !edge.unresolved) continue;
      if (state.show === "" && isImpact && !edge.isMarked) continue;
      if (!state.hidden.has(edge.reach)) shown.add(otherEnd(item, edge));
    }
  }
  const of = (side) => order[side].filter((item) => shown.has(item));
  return { configs: of("configs"), workloads: of("workloads"), matching, classes };
}

// The selected item's partners come first, so that nobody has to look for them.
function arranged() {
  const found = visible();
  const selected = state.selected;
  let { configs, workloads } = found;
  let linked = null;
  if (selected) {
    linked = new Set(selected.edges.filter((number) => !state.hidden.has(edges[number].reach)).map((number) => otherEnd(selected, edges[number])));
    const side = opposite(selected.side);
    const rest = found[side].filter((item) => !linked.has(item));
    const partners = [...order[side].filter((item) => linked.has(item)), ...rest];
    const own = found[selected.side].includes(selected) ? found[selected.side] : [selected, ...found[selected.side]];
    [configs, workloads] = side === "configs" ? [partners, own] : [own, partners];
  }
  return { ...found, configs, workloads, linked, shown: new Set([...configs, ...workloads]) };
}
