// The two lists. Only the rows in sight exist, so that thousands cost no more than a screenful.

const SVG = "http://www.w3.org/2000/svg";
const ROW = isImpact ? 60 : 42;
document.documentElement.style.setProperty("--row", `${ROW}px`);

// An element with attributes and children. Texts become text and nothing else.
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function byElement(id) {
  return document.getElementById(id);
}

function plural(count, word) {
  return `${number(count)} ${word}${count === 1 ? "" : "s"}`;
}

// The parts of a text that were searched for, from left to right.
function foundParts(text) {
  const lower = text.toLowerCase();
  const found = terms()
    .map((word) => [lower.indexOf(word), word.length])
    .filter(([at]) => at >= 0)
    .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const parts = [];
  let end = 0;
  for (const [at, length] of found) {
    if (at < end) continue;
    parts.push([at, at + length]);
    end = at + length;
  }
  return parts;
}

// A part of a text with what was searched for marked in it.
function marked(text, found, from, to) {
  const parts = [];
  let end = from;
  for (const [start, stop] of found) {
    const [left, right] = [Math.max(start, from), Math.min(stop, to)];
    if (left >= right) continue;
    parts.push(text.slice(end, left), el("mark", {}, text.slice(left, right)));
    end = right;
  }
  return [...parts, text.slice(end, to)];
}

// The characters at the end of a name that are always to be seen: names of one application differ in these.
const TAIL = 12;

// A text that is cut in its middle where there is no room for it.
function cut(text, tail = TAIL) {
  const found = foundParts(text);
  const letters = [...text];
  if (letters.length <= tail + 4) return marked(text, found, 0, text.length);
  const at = letters.slice(0, -tail).join("").length;
  return el("span", { class: "cut" }, el("span", { class: "head" }, marked(text, found, 0, at)), el("span", { class: "tail" }, marked(text, found, at, text.length)));
}

const lists = {};
for (const side of ["configs", "workloads"]) {
  const root = byElement(side);
  const spacer = el("div", { class: "spacer", role: "presentation" });
  root.append(spacer);
  lists[side] = { side, root, spacer, shown: [], active: -1, positions: new Map(), rendered: [0, 0] };
}

// Gives a list its items, in their order.
function fill(list, shown) {
  const active = list.shown[list.active];
  list.shown = shown;
  list.positions = new Map(shown.map((item, position) => [item, position]));
  list.active = active && list.positions.has(active) ? list.positions.get(active) : -1;
  list.spacer.style.height = `${Math.max(shown.length * ROW, 1)}px`;
  const parts = counts(list.side).filter(([, count], at) => at === 0 || count > 0).map(([what, count, total]) => el("span", { class: "part" }, what, " ", el("span", { class: "count" }, count === total ? number(total) : `${number(count)} of ${number(total)}`)));
  byElement(`${list.side}-heading`).replaceChildren(...parts);
}

function number(count) {
  return count.toLocaleString("en");
}

// What a list holds, how much of it is shown, and how much there is. Only what has pods is a workload.
function counts(side) {
  const { shown } = lists[side];
  if (side === "configs") return [["ConfigMaps and Secrets", shown.length, items.configs.length]];
  const withPods = (list) => list.filter((item) => item.node.hasPods).length;
  const [count, total] = [withPods(shown), withPods(items.workloads)];
  const others = items.workloads.length - total;
  const parts = [["Workloads", count, total], ["Other objects", shown.length - count, others]];
  return others === 0 ? [parts[0]] : total === 0 ? [parts[1]] : parts;
}

// Makes the rows in sight.
function renderRows(list, seen) {
  const { root, shown } = list;
  const first = Math.max(0, Math.floor(root.scrollTop / ROW) - 3);
  const last = Math.min(shown.length, Math.ceil((root.scrollTop + root.clientHeight) / ROW) + 3);
  list.rendered = [first, last];
  const rows = [];
  for (let position = first; position < last; position += 1) rows.push(row(list, shown[position], position, seen));
  if (shown.length === 0) rows.push(el("p", { class: "empty" }, emptyText(list.side)));
  list.spacer.replaceChildren(...rows);
  const active = shown[list.active];
  if (active && list.active >= first && list.active < last) root.setAttribute("aria-activedescendant", `row-${active.side}-${active.index}`);
  else root.removeAttribute("aria-activedescendant");
}

function emptyText(side) {
  if (items[side].length > 0) return "Nothing matches.";
  return side === "configs" ? "No ConfigMap or Secret, and no reference to one." : "No workload.";
}

function row(list, item, position, seen) {
  const { node } = item;
  const faded = (seen.matching && !seen.matching.has(item)) || (seen.linked && item.side !== state.selected.side && !seen.linked.has(item));
  const classes = ["row"];
  if (faded) classes.push("faded");
  if (node.presence && node.presence !== "here") classes.push(node.presence === "ambiguous" ? "ambiguous" : "absent");
  if (item === state.selected) classes.push("selected");
  if (position === list.active) classes.push("active");
  if (node.mark) classes.push("marked", `mark-${node.mark.class}`);
  const place = item.places[0];
  const where = place ? `${place.file}:${place.line}` : PRESENCE_WORDS[node.presence];
  const short = where.split("/").slice(-2).join("/");
  const reason = isImpact ? shortReason(item) : "";
  const element = el(
    "div",
    {
      id: `row-${item.side}-${item.index}`,
      class: classes.join(" "),
      role: "option",
      "aria-selected": String(item === state.selected),
      "aria-setsize": list.shown.length,
      "aria-posinset": position + 1,
      "data-position": position,
      title: [`${node.kind}/${node.name}${node.namespace ? ` in ${node.namespace}` : ""}`, where, reason].filter(Boolean).join("\n"),
    },
    el("span", { class: "name" }, cut(node.name)),
    el("span", { class: "badges" }, badges(item, seen)),
    el("span", { class: "about" }, el("span", { class: "kind" }, node.kind), node.namespace ? [" ", el("span", { class: "namespace" }, cut(node.namespace))] : "", " ", el("span", { class: "where" }, cut(short, 16))),
    isImpact && el("span", { class: "why" }, reason),
  );
  element.style.top = `${position * ROW}px`;
  return element;
}

// The verdict in few words: what changed, and what else happens.
function shortReason(item) {
  const { mark } = item.node;
  if (item.row) return reasonCells(item).flatMap(textsOf).map(shortImage).join(" · ");
  return mark?.changed ? [...mark.reasons, ...mark.changed.map(({ key, mark: { label } }) => `${key} ${label}`)].join(", ") : "";
}

// `web:1.2 → 1.3` of an image, without its registry and the field.
function shortImage(text) {
  return text.replace(/^\S+\.image: (?:\S*\/)?(?=\S+ → )/, "");
}

// The links of an item that are drawn: those of a kind that is not hidden, to what is shown.
function drawnLinks(item, seen) {
  return item.edges.filter((at) => !state.hidden.has(edges[at].reach) && seen.shown.has(otherEnd(item, edges[at])));
}

function badges(item, seen) {
  const { node } = item;
  const drawn = drawnLinks(item, seen);
  const unresolved = drawn.filter((at) => edges[at].unresolved).length;
  const total = drawn.length === item.edges.length ? "" : ` of ${number(item.edges.length)}`;
  return [
    node.mark && el("span", { class: "badge mark" }, node.mark.label, node.mark.more && ` ${node.mark.more}`),
    node.immutable && el("span", { class: "badge" }, "immutable"),
    unresolved > 0 && el("span", { class: "badge unresolved", title: "not there" }, `✕ ${unresolved}`),
    el("span", { class: "badge links", title: `${number(drawn.length)}${total} ${item.edges.length === 1 ? "link" : "links"}` }, number(drawn.length)),
  ];
}

// Scrolls as little as needed to have a row in sight.
function reveal(list, position) {
  const { root } = list;
  const top = position * ROW;
  if (top < root.scrollTop) root.scrollTop = top;
  else if (top + ROW > root.scrollTop + root.clientHeight) root.scrollTop = top + ROW - root.clientHeight;
}

// Arrow keys move, Enter selects, left and right change the list.
function onListKey(list, event) {
  const page = Math.max(1, Math.floor(list.root.clientHeight / ROW) - 1);
  const last = list.shown.length - 1;
  const start = list.active < 0 ? -1 : list.active;
  const moves = {
    ArrowDown: start + 1,
    ArrowUp: Math.max(0, start - 1),
    PageDown: start + page,
    PageUp: start - page,
    Home: 0,
    End: last,
  };
  if (event.key in moves) {
    activate(list, Math.min(last, Math.max(0, moves[event.key])));
  } else if ((event.key === "Enter" || event.key === " ") && list.active >= 0) {
    select(list.shown[list.active]);
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    const other = lists[event.key === "ArrowLeft" ? "configs" : "workloads"];
    if (other === list) return;
    other.root.focus();
    if (other.active < 0) activate(other, 0);
  } else {
    return;
  }
  event.preventDefault();
}

function activate(list, position) {
  if (list.shown.length === 0) return;
  list.active = position;
  reveal(list, position);
  draw();
}
