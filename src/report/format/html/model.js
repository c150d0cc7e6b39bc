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

picture.edges = picture.edges.map(asEdge);

function asEdge([config, workload, reach, unresolved, uses, mark]) {
  return { config, workload, reach, unresolved, uses: uses.map(asUse), mark };
}

function asUse([file, line, mechanism, keys, container, type, optional, problems, missing, variables]) {
  return { file, line, mechanism, keys, container, type, optional, problems, missing, variables };
}

const items = { configs: picture.configs.map(asItem("configs")), workloads: picture.workloads.map(asItem("workloads")) };

function asItem(side) {
  return (node, index) => {
    const places = node.places.map(([file, line]) => ({ file: picture.files[file], line }));
    const keys = (node.keys || []).map(([key]) => key);
    const words = [node.namespace || "", `${node.kind}/${node.name}`, ...keys, ...places.map((place) => place.file)];
    return { side, index, node, places, edges: [], text: words.join("\n").toLowerCase(), id: "" };
  };
}

picture.edges.forEach((edge, number) => {
  items.configs[edge.config].edges.push(number);
  items.workloads[edge.workload].edges.push(number);
});

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

// Whether the page tells what a change does, and not only what there is.
const isImpact = picture.classes.length > 0;

// Workloads by namespace and name, after what happens to them; configs in the order of the first workload that uses them, so that what belongs
// together stands side by side. What nothing uses comes last.
const order = { configs: [], workloads: [] };
{
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const sortKey = (item) => [item.node.namespace || "", item.node.name, item.node.kind];
  const words = picture.classes.map(({ word }) => word);
  const urgency = (item) => (item.node.mark ? words.indexOf(item.node.mark.class) : words.length);
  const byName = (a, b) => {
    const [left, right] = [sortKey(a), sortKey(b)];
    return compare(left[0], right[0]) || compare(left[1], right[1]) || compare(left[2], right[2]) || a.index - b.index;
  };
  order.workloads = [...items.workloads].sort((a, b) => urgency(a) - urgency(b) || byName(a, b));
  const rank = new Map(order.workloads.map((item, position) => [item.index, position]));
  const first = items.configs.map((item) =>
    item.edges.reduce((least, number) => Math.min(least, rank.get(picture.edges[number].workload)), Infinity),
  );
  order.configs = [...items.configs].sort((a, b) => {
    const [left, right] = [first[a.index], first[b.index]];
    return left === right ? byName(a, b) : left - right;
  });
}

// What the reader asked for.
const state = {
  search: "",
  namespace: "",
  kind: "",
  file: "",
  show: "",
  hidden: new Set(),
  selected: null,
  tab: "workloads",
};

function isUnresolved(item) {
  return item.edges.some((number) => picture.edges[number].unresolved);
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
  return [state.search.trim(), state.namespace, state.kind, state.file.trim(), state.show].some(Boolean);
}

function terms() {
  return state.search.toLowerCase().split(/\s+/).filter(Boolean);
}

function matches() {
  const words = terms();
  const file = state.file.trim().toLowerCase();
  const shown = SHOWS.find(([value]) => value === state.show)[2];
  return (item) =>
    (!state.namespace || (item.node.namespace || "-") === state.namespace) &&
    (!state.kind || item.node.kind === state.kind) &&
    (!file || item.places.some((place) => place.file.toLowerCase().includes(file))) &&
    words.every((word) => item.text.includes(word)) &&
    shown(item);
}

// The items of each side that are to be seen: those that match, and what they are linked with.
function visible() {
  if (!isFiltered() && !isImpact) return { configs: order.configs, workloads: order.workloads, matching: null };
  const matching = new Set([...items.configs, ...items.workloads].filter(matches()));
  const seen = new Set(matching);
  for (const item of matching) {
    for (const number of item.edges) {
      const edge = picture.edges[number];
      if (state.show === "unresolved" && !edge.unresolved) continue;
      if (state.show === "" && isImpact && !edge.mark) continue;
      if (!state.hidden.has(edge.reach)) seen.add(otherEnd(item, edge));
    }
  }
  const of = (side) => order[side].filter((item) => seen.has(item));
  return { configs: of("configs"), workloads: of("workloads"), matching };
}

// The selected item's partners come first, so that nobody has to look for them.
function arranged() {
  const seen = visible();
  const selected = state.selected;
  if (!selected) return { ...seen, linked: null };
  const linked = new Set(
    selected.edges.filter((number) => !state.hidden.has(picture.edges[number].reach)).map((number) => otherEnd(selected, picture.edges[number])),
  );
  const side = opposite(selected.side);
  const rest = seen[side].filter((item) => !linked.has(item));
  const own = seen[selected.side].includes(selected) ? seen[selected.side] : [selected, ...seen[selected.side]];
  return { ...seen, [selected.side]: own, [side]: [...order[side].filter((item) => linked.has(item)), ...rest], linked };
}
