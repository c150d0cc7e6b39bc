// What happens when the reader does something.

let seen = null;
let waiting = false;

// Draws rows and edges once before the next frame, however often it is asked for.
function draw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    renderRows(lists.configs, seen);
    renderRows(lists.workloads, seen);
    drawEdges();
  });
}

// Works out again what is to be seen, and draws it.
function refresh() {
  seen = arranged();
  fill(lists.configs, seen.configs, items.configs.length);
  fill(lists.workloads, seen.workloads, items.workloads.length);
  byElement("clear").hidden = !isFiltered();
  renderTabs();
  renderRows(lists.configs, seen);
  renderRows(lists.workloads, seen);
  drawEdges();
}

function select(item, keepsAddress) {
  const before = item && lists[item.side];
  const offset = before && before.positions.has(item) ? before.positions.get(item) * ROW - before.root.scrollTop : null;
  state.selected = item;
  if (item) state.tab = item.side;
  refresh();
  renderDetail();
  if (item) {
    const list = lists[item.side];
    list.active = list.positions.get(item);
    // What was clicked stays under the pointer.
    if (offset !== null) list.root.scrollTop = list.active * ROW - offset;
    reveal(list, list.active);
    lists[opposite(item.side)].root.scrollTop = 0;
  }
  draw();
  if (!keepsAddress) writeAddress(true);
}

// The address holds the selection and the filters, so that a bookmark and the back button lead to them again.
function writeAddress(isStep) {
  const parts = new URLSearchParams();
  if (state.selected) parts.set("at", state.selected.id);
  for (const key of ["search", "namespace", "kind", "file", "show"]) if (state[key]) parts.set(key, state[key]);
  if (state.hidden.size > 0) parts.set("hide", [...state.hidden].join(","));
  const hash = `#${parts}`;
  if (hash === location.hash || (hash === "#" && location.hash === "")) return;
  if (isStep) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  for (const key of ["search", "namespace", "kind", "file", "show"]) {
    state[key] = parts.get(key) || "";
    byElement(key).value = state[key];
    if (byElement(key).value !== state[key]) state[key] = byElement(key).value = "";
  }
  state.hidden = new Set((parts.get("hide") || "").split(",").filter((reach) => REACHES.includes(reach)));
  renderLegend();
  select(byId.get(parts.get("at")) || null, true);
}

function renderLegend() {
  const counts = Object.fromEntries(REACHES.map((reach) => [reach, 0]));
  let unresolved = 0;
  for (const edge of picture.edges) {
    counts[edge.reach] += 1;
    unresolved += edge.unresolved ? 1 : 0;
  }
  const buttons = REACHES.filter((reach) => counts[reach] > 0).map((reach) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(!state.hidden.has(reach)), title: REACH_HELP[reach], "data-reach": reach, onclick: () => toggleReach(reach) },
      sample(reach, false), ` ${REACH_WORDS[reach]} `, el("span", { class: "count" }, counts[reach].toLocaleString("en")),
    ),
  );
  const classes = picture.classes.map(({ word, label, help }) => classButton(word, label, help)).filter(Boolean);
  const red = unresolved > 0 && el("button", { type: "button", class: "class", "aria-pressed": String(state.show === "unresolved"), "data-show": "unresolved", title: "Show only what is not there", onclick: () => toggleShow("unresolved") }, sample("frozen", true), " not there ", el("span", { class: "count" }, unresolved.toLocaleString("en")));
  byElement("legend").replaceChildren(...classes, ...buttons, ...(red ? [red] : []));
}

// What a change does, as a filter: how many there are, and only these when pressed.
function classButton(word, label, help) {
  const count = items.workloads.filter((item) => item.node.mark?.class === word).length;
  if (count === 0) return null;
  const show = `class:${word}`;
  return el(
    "button",
    { type: "button", class: `class mark-${word}`, "aria-pressed": String(state.show === show), title: help, "data-show": show, onclick: () => toggleShow(show) },
    `${label} `, el("span", { class: "count" }, count.toLocaleString("en")),
  );
}

function toggleShow(show) {
  byElement("show").value = state.show === show ? "" : show;
  onFilter();
  byElement("legend").querySelector(`[data-show="${show}"]`).focus();
}

function toggleReach(reach) {
  if (!state.hidden.delete(reach)) state.hidden.add(reach);
  renderLegend();
  byElement("legend").querySelector(`[data-reach="${reach}"]`).focus();
  refresh();
  writeAddress(false);
}

function renderTabs() {
  byElement("tabs").replaceChildren(
    ...["configs", "workloads"].map((side) =>
      el("button", { type: "button", "aria-pressed": String(state.tab === side), onclick: () => showTab(side) }, side === "configs" ? "Configs " : "Workloads ", el("span", { class: "count" }, lists[side].shown.length.toLocaleString("en"))),
    ),
  );
  document.body.dataset.tab = state.tab;
}

function showTab(side) {
  state.tab = side;
  refresh();
}

function onFilter() {
  for (const key of ["search", "namespace", "kind", "file", "show"]) state[key] = byElement(key).value;
  refresh();
  for (const list of Object.values(lists)) list.root.scrollTop = 0;
  renderLegend();
  draw();
  writeAddress(false);
}

function clearFilters() {
  for (const key of ["search", "namespace", "kind", "file", "show"]) byElement(key).value = "";
  onFilter();
}

function fillFilters() {
  const all = [...items.configs, ...items.workloads];
  const options = (id, values) => byElement(id).append(...values.map(([value, text]) => el("option", { value }, text)));
  const distinct = (of) => [...new Set(all.map(of))].sort();
  options("namespace", distinct((item) => item.node.namespace || "-").map((value) => [value, value === "-" ? "(none)" : value]));
  options("kind", distinct((item) => item.node.kind).map((value) => [value, value]));
  options("show", SHOWS.filter(([value, , test]) => value === "" || all.some(test)).map(([value, text]) => [value, text]));
  // Directories are what people filter by; files too, as long as they are few.
  const directories = new Set(picture.files.map((file) => file.slice(0, file.lastIndexOf("/") + 1)).filter(Boolean));
  const suggestions = [...directories, ...(picture.files.length <= 200 ? picture.files : [])].slice(0, 300);
  byElement("files").append(...suggestions.map((value) => el("option", { value })));
}

function setTheme(theme) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = theme || (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now;
  byElement("theme").textContent = now === "dark" ? "Light" : "Dark";
  byElement("theme").setAttribute("aria-label", now === "dark" ? "Use light colors" : "Use dark colors");
}

// A page opened from a file may have no storage.
function stored(value) {
  try {
    if (value) localStorage.setItem("rollstamp-theme", value);
    return localStorage.getItem("rollstamp-theme");
  } catch {
    return null;
  }
}

// On paper, the links that are to be seen as a table.
function printTable() {
  const rows = seen.workloads.flatMap((item) =>
    item.edges.flatMap((number) => {
      const edge = picture.edges[number];
      const config = items.configs[edge.config];
      if (state.hidden.has(edge.reach) || !lists.configs.positions.has(config)) return [];
      return edge.uses.map((use) => el("tr", {}, [label(item), label(config), REACH_WORDS[edge.reach]].map((text) => el("td", {}, text)), el("td", {}, useText(use))));
    }),
  );
  const heads = ["workload", "config", "delivery", "use"].map((word) => el("th", {}, word));
  byElement("paper").replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)));
}

function label({ node }) {
  return `${node.namespace ? `${node.namespace}/` : ""}${node.kind}/${node.name}`;
}

// Without a selection both lists scroll together, so that what belongs together stays side by side.
function onScroll(list) {
  if (!state.selected && list.root.matches(":hover, :focus")) {
    const other = lists[opposite(list.side)];
    const room = (root) => Math.max(1, root.scrollHeight - root.clientHeight);
    other.root.scrollTop = (list.root.scrollTop / room(list.root)) * room(other.root);
  }
  draw();
}

function onKey(event) {
  const typing = event.target.matches("input, select");
  if (event.key === "/" && !typing) {
    byElement("search").focus();
    byElement("search").select();
    event.preventDefault();
  } else if (event.key === "Escape") {
    const list = state.selected && lists[state.selected.side];
    if (state.selected) {
      select(null);
      list.root.focus();
    } else if (isFiltered()) {
      clearFilters();
    }
  } else if (event.key === "ArrowDown" && event.target.id === "search") {
    const list = lists[lists.workloads.shown.length > 0 ? "workloads" : "configs"];
    list.root.focus();
    activate(list, 0);
    event.preventDefault();
  }
}

for (const list of Object.values(lists)) {
  const itemOf = (event) => {
    const element = event.target.closest("[data-position]");
    return element ? list.shown[Number(element.dataset.position)] : null;
  };
  list.root.addEventListener("scroll", () => onScroll(list), { passive: true });
  list.root.addEventListener("keydown", (event) => onListKey(list, event));
  list.root.addEventListener("click", (event) => itemOf(event) && select(itemOf(event)));
  list.root.addEventListener("mouseover", (event) => {
    hovered = itemOf(event);
    drawEdges();
  });
  list.root.addEventListener("mouseleave", () => {
    hovered = null;
    drawEdges();
  });
}
byElement("filters").addEventListener("input", onFilter);
byElement("filters").addEventListener("submit", (event) => event.preventDefault());
byElement("clear").addEventListener("click", clearFilters);
byElement("theme").addEventListener("click", () => {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  setTheme(stored(next) || next);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(stored()));
addEventListener("keydown", onKey);
addEventListener("popstate", readAddress);
addEventListener("resize", draw);
addEventListener("beforeprint", printTable);
addEventListener("afterprint", () => byElement("paper").replaceChildren());

document.title = `${picture.title} – rollstamp`;
byElement("title").textContent = picture.title;
byElement("counts").textContent = picture.summary ?? [plural(items.configs.length, "config"), plural(items.workloads.length, "workload"), plural(picture.edges.length, "link")].join(", ");
setTheme(stored());
fillFilters();
readAddress();
