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
  fill(lists.configs, seen.configs);
  fill(lists.workloads, seen.workloads);
  byElement("clear").hidden = !isFiltered();
  renderTabs();
  renderLegend();
  renderRows(lists.configs, seen);
  renderRows(lists.workloads, seen);
  if (!state.selected) renderDetail();
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
  for (const key of FILTERS) if (state[key]) parts.set(key, state[key]);
  if (state.hidden.size > 0) parts.set("hide", [...state.hidden].join(","));
  const hash = `#${parts}`;
  if (hash === location.hash || (hash === "#" && location.hash === "")) return;
  if (isStep) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  for (const key of FILTERS) {
    state[key] = parts.get(key) || "";
    byElement(key).value = state[key];
    if (byElement(key).value !== state[key]) state[key] = byElement(key).value = "";
  }
  state.hidden = new Set((parts.get("hide") || "").split(",").filter((reach) => REACHES.includes(reach)));
  select(byId.get(parts.get("at")) || null, true);
}

// How many links of each kind there are between what is shown; each kind can be hidden.
function renderLegend() {
  const count = Object.fromEntries(REACHES.map((reach) => [reach, 0]));
  let unresolved = 0;
  for (const item of seen.workloads) {
    for (const at of item.edges) {
      if (!seen.shown.has(otherEnd(item, edges[at]))) continue;
      count[edges[at].reach] += 1;
      unresolved += edges[at].unresolved ? 1 : 0;
    }
  }
  const known = REACHES.filter((reach) => edges.some((edge) => edge.reach === reach));
  const buttons = known.map((reach) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(!state.hidden.has(reach)), title: REACH_HELP[reach], "data-reach": reach, onclick: () => toggleReach(reach) },
      sample(reach, false), ` ${REACH_WORDS[reach]} `, el("span", { class: "count" }, number(state.hidden.has(reach) ? 0 : count[reach])),
    ),
  );
  const classes = picture.classes.map(({ word, label, help }) => classButton(word, label, help)).filter(Boolean);
  const isRed = edges.some((edge) => edge.unresolved);
  const red = isRed && el("button", { type: "button", class: "class", "aria-pressed": String(state.show === "unresolved"), "data-show": "unresolved", title: "Show only what is not there", onclick: () => toggleShow("unresolved") }, sample("frozen", true), " not there ", el("span", { class: "count" }, number(unresolved)));
  byElement("legend").replaceChildren(...classes, ...buttons, ...(red ? [red] : []));
}

// What a change does, as a filter: how many there are, and only these when pressed.
function classButton(word, label, help) {
  if (!items.workloads.some((item) => item.node.mark?.class === word)) return null;
  const show = `class:${word}`;
  return el(
    "button",
    { type: "button", class: `class mark-${word}`, "aria-pressed": String(state.show === show), title: help, "data-show": show, onclick: () => toggleShow(show) },
    `${label} `, el("span", { class: "count" }, number(seen.classes.get(word) || 0)),
  );
}

function toggleShow(show) {
  byElement("show").value = state.show === show ? "" : show;
  onFilter();
  byElement("legend").querySelector(`[data-show="${show}"]`).focus();
}

function toggleReach(reach) {
  if (!state.hidden.delete(reach)) state.hidden.add(reach);
  refresh();
  byElement("legend").querySelector(`[data-reach="${reach}"]`).focus();
  writeAddress(false);
}

function renderTabs() {
  byElement("tabs").replaceChildren(
    ...["configs", "workloads"].map((side) =>
      el("button", { type: "button", "aria-pressed": String(state.tab === side), onclick: () => showTab(side) }, counts(side).filter(([, count], at) => at === 0 || count > 0).map(([what, count]) => [side === "configs" ? "Configs" : what, " ", el("span", { class: "count" }, number(count)), " "])),
    ),
  );
  document.body.dataset.tab = state.tab;
}

function showTab(side) {
  state.tab = side;
  refresh();
}

function onFilter() {
  for (const key of FILTERS) state[key] = byElement(key).value;
  refresh();
  for (const list of Object.values(lists)) list.root.scrollTop = 0;
  draw();
  writeAddress(false);
}

function clearFilters() {
  for (const key of FILTERS) byElement(key).value = "";
  onFilter();
}

function fillFilters() {
  const all = [...items.configs, ...items.workloads];
  const options = (id, values) => byElement(id).append(...values.map(([value, text]) => el("option", { value }, text)));
  const distinct = (of) => [...new Set(all.map(of))].sort();
  options("namespace", distinct((item) => item.node.namespace || "-").map((value) => [value, value === "-" ? "(none)" : value]));
  options("kind", distinct((item) => item.node.kind).map((value) => [value, value]));
  options("show", SHOWS.filter(([value, , test]) => value === "" || all.some(test)).map(([value, text]) => [value, text]));
  // Filters by what the input does not have are not offered.
  const optional = { cause: items.workloads.flatMap((item) => item.node.causes), cluster: all.map((item) => item.cluster), application: all.map((item) => item.application) };
  for (const [id, values] of Object.entries(optional)) {
    const distinctValues = [...new Set(values.filter(Boolean))].sort();
    options(id, distinctValues.map((value) => [value, value]));
    byElement(id).parentElement.hidden = distinctValues.length === 0;
  }
  // Directories are what people filter by; files too, as long as they are few.
  const directories = new Set(files.map((file) => file.slice(0, file.lastIndexOf("/") + 1)).filter(Boolean));
  const suggestions = [...directories, ...(files.length <= 200 ? files : [])].slice(0, 300);
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

// On paper, the rows that the filters leave, and a line that says so.
function filterPaper() {
  const isPart = isFiltered();
  let count = 0;
  for (const index of picture.rows) {
    const item = items.workloads[index];
    item.row.hidden = isPart && !seen.shown.has(item);
    count += item.row.hidden ? 0 : 1;
  }
  const filters = FILTERS.filter((key) => state[key]).map((key) => `${key} ${state[key].replace("class:", "")}`);
  byElement("shown").textContent = isPart ? `${number(count)} of ${number(picture.rows.length)} rows, by ${filters.join(", ")}.` : "";
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

// The keys that move in a list, also on a page in which nothing was chosen yet.
const MOVES = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "PageDown", "PageUp", "Home", "End"];

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
  } else if (MOVES.includes(event.key) && event.target === document.body) {
    const list = lists[state.selected?.side ?? (lists.workloads.shown.length > 0 ? "workloads" : "configs")];
    list.root.focus();
    onListKey(list, event);
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
addEventListener("beforeprint", filterPaper);

document.title = `${picture.title} – rollstamp`;
byElement("title").textContent = picture.title;
byElement("counts").textContent = picture.summary;
setTheme(stored());
fillFilters();
readAddress();
