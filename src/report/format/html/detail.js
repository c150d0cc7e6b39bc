// The pane beside the lists: what is selected, or else an overview.

function renderDetail() {
  const pane = byElement("detail");
  const selected = state.selected;
  const parts = selected ? [...headOf(selected), ...(selected.side === "configs" ? configDetail(selected) : workloadDetail(selected))] : overview();
  pane.replaceChildren(...parts.flat(Infinity).filter(Boolean));
  pane.scrollTop = 0;
  document.body.classList.toggle("has-selection", Boolean(selected));
}

function headOf(item) {
  const { node } = item;
  return [
    el("button", { type: "button", class: "close", onclick: () => select(null), "aria-label": "Close the details" }, "Close ", el("kbd", {}, "Esc")),
    el("h2", {}, node.name),
    el("p", { class: "what" }, `${node.kind}${node.namespace ? ` in namespace ${node.namespace}` : ""}`),
    (item.cluster || item.application) && el("p", { class: "what" }, [item.application && `application ${item.application}`, item.cluster && `cluster ${item.cluster}`].filter(Boolean).join(", ")),
    ...item.places.map((place) => el("p", { class: "place" }, placeText(place))),
    node.mark &&
      el(
        "section",
        { class: `reasons mark-${node.mark.class}` },
        el("h3", {}, node.mark.label, node.mark.more && ` ${node.mark.more}`),
        el("ul", {}, allReasons(item).map((reason) => el("li", {}, reason))),
      ),
  ];
}

// A place, which leads to the line where the host of the repository is known.
function placeText(place) {
  const text = el("code", {}, `${place.file}:${place.line}`);
  const address = addressOf(place);
  return address ? el("a", { class: "source", href: address, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

function allReasons(item) {
  const { mark, was } = item.node;
  if (item.row) return [...reasonCells(item).flatMap(linesOf).map((parts) => parts.map((part) => part.cloneNode(true))), ...(was ? [`at ${placesText(item.places[0], was)}`] : [])];
  return [...mark.reasons, ...(mark.changed || []).map((key) => `${key.key} ${key.mark.label}: ${placesText(key.head, key.was)}`)];
}

function configDetail(item) {
  const { node } = item;
  const users = usersByKey(item);
  const isHidden = node.kind === "Secret" && node.hashed < node.keys.filter((key) => key.line).length;
  const hint = { missing: "It is not in the input: a change of it rolls nothing, and nobody here can say whether it exists.", built: "It is in no file: the build of a kustomization in the input generates it.", "run-time": "It comes into being at run time, so it is in no repository.", ambiguous: "It is in the input several times, with different content." }[node.presence];
  return [
    hint && el("p", { class: "hint" }, hint),
    node.immutable && el("p", { class: "hint" }, "Immutable: the kubelet never refreshes it, so its content is frozen everywhere."),
    node.keys.length > 0 && [
      el("h3", {}, plural(node.keys.length, "key")),
      el(
        "table",
        { class: "keys" },
        el("thead", {}, el("tr", {}, ["key", "line", "SHA-256", "used by"].map((word) => el("th", { scope: "col" }, word)))),
        el("tbody", {}, node.keys.flatMap((key, number) => keyRow(key, hashOf(item, number), users[number])).filter(Boolean)),
      ),
      isHidden && el("p", { class: "hint" }, "Hashes of a Secret are shown only under a secret key: from the plain hash of a short password the password can be guessed."),
    ],
    el("h3", {}, item.edges.length > 0 ? `Used by ${plural(new Set(item.edges.map((number) => edges[number].workload)).size, "object")}` : "Nothing here refers to it"),
    linkList(item),
  ];
}

function keyRow(key, hash, users) {
  const lines = (key.diff || []).map((line) => diffLine(shared[line]));
  const difference = lines.length > 0 && el("tr", {}, el("td", { colspan: 4 }, el("pre", { class: "diff", tabindex: "0" }, lines)));
  return [keyLine(key, hash, users), difference];
}

function diffLine(text) {
  const kind = { "+": "added", "-": "taken", "@": "hunk" }[text[0]];
  return el("span", kind ? { class: kind } : {}, `${text}\n`);
}

function keyLine({ key, line, mark, head, was }, hash, users) {
  return el(
    "tr",
    mark ? { class: `marked mark-${mark.class}` } : {},
    el("td", {}, key, mark && [" ", el("span", { class: "badge mark", title: placesText(head, was) }, mark.label)]),
    el("td", { class: "number" }, line ? String(line) : ""),
    el("td", {}, hash ? shortHash(hash) : "–"),
    el("td", { class: "number" }, String(users)),
  );
}

// As much of a hash as people compare; all of it for who points at it, where the page has it.
function shortHash(hash) {
  return el("code", hash.length > 12 ? { title: hash } : {}, hash.slice(0, 12));
}

// How many workloads consume each key.
function usersByKey(item) {
  const users = item.node.keys.map(() => new Set());
  const numbers = new Map(item.node.keys.map(({ key }, number) => [key, number]));
  for (const number of item.edges) {
    const edge = edges[number];
    if (edge.reach !== "frozen" && edge.reach !== "live") continue;
    for (const use of usesOf(edge)) {
      const wanted = use.keys ? use.keys.map((key) => numbers.get(key)).filter((at) => at !== undefined) : users.keys();
      for (const at of wanted) users[at].add(edge.workload);
    }
  }
  return users.map((set) => set.size);
}

function workloadDetail(item) {
  const { node } = item;
  return [
    el("h3", {}, item.edges.length > 0 ? `Uses ${plural(new Set(item.edges.map((number) => edges[number].config)).size, "config")}` : "It uses no ConfigMap or Secret"),
    linkList(item),
    node.listings.map((listing, number) => digestListing(node, listing, node.digests[number])),
  ];
}

function digestListing(node, [template, runs, renamed], encoded) {
  const lines = [];
  for (let at = 0; at < runs.length; at += 3) {
    const config = items.configs[node.configs[runs[at]]];
    for (let key = runs[at + 1]; key < runs[at + 1] + runs[at + 2]; key += 1) {
      lines.push([hashOf(config, key), `${config.node.kind}/${config.node.name}/${config.node.keys[key].key}`]);
    }
  }
  for (const [line, path] of renamed) lines[line][1] = path;
  const digest = encoded ? digits(encoded) : "";
  const hidden = !digest;
  const label = `${node.namespace ? `${node.namespace}/` : ""}${node.kind}/${node.name}`;
  const choice = template ? ` --template '${template}'` : "";
  return [
    el("h3", {}, template ? `Digest listing of ${template}` : "Digest listing"),
    el("table", { class: "keys" }, el("tbody", {}, lines.map(([hash, path]) => el("tr", {}, el("td", {}, path), el("td", { class: "number" }, hash ? shortHash(hash) : "not shown"))))),
    !hidden && [
      el("p", {}, "The SHA-256 of this listing is the stamp:"),
      el("pre", { class: "listing", tabindex: "0", "aria-label": "The listing as sha256sum prints it" }, lines.map(([hash, path]) => `${hash}  ${path}\n`).join("")),
      el("p", {}, el("code", { class: "digest" }, digest)),
    ],
    hidden &&
      el("p", { class: "hint" }, "Hashes of Secrets, and a stamp that is made of them, are shown only under a secret key. ", el("code", {}, `rollstamp explain --workload ${label}${choice}`), " prints them."),
  ];
}

// Every use of an item's links, by the way of delivery.
function linkList(item) {
  const groups = REACHES.map((reach) => [reach, item.edges.filter((number) => edges[number].reach === reach)]);
  return groups
    .filter(([, numbers]) => numbers.length > 0)
    .map(([reach, numbers]) =>
      el(
        "section",
        { class: "group" },
        el("h4", {}, sample(reach, false), ` ${REACH_WORDS[reach]} `, el("span", { class: "count" }, String(numbers.length)), el("span", { class: "hint" }, ` ${REACH_HELP[reach]}`)),
        el("ul", { class: "links" }, manyOf(numbers, (number) => linkItem(item, edges[number]))),
      ),
    );
}

// The most entries of one list in the pane.
const MOST = 50;

function manyOf(all, make) {
  const made = all.slice(0, MOST).map(make);
  if (all.length > MOST) made.push(el("li", { class: "hint" }, `and ${number(all.length - MOST)} more`));
  return made;
}

function linkItem(item, edge) {
  const other = otherEnd(item, edge);
  return el(
    "li",
    edge.unresolved ? { class: "unresolved" } : {},
    itemButton(other),
    edge.isMarked && el("span", { class: `badge mark mark-${items.workloads[edge.workload].node.mark.class}` }, "changed"),
    el("ul", {}, usesOf(edge).map((use) => el("li", {}, useText(use)))),
  );
}

function itemButton(item) {
  const { node } = item;
  return el("button", { type: "button", class: "to", onclick: () => select(item) }, `${node.kind}/${node.name}`, node.namespace ? el("span", { class: "ns" }, ` ${node.namespace}`) : "");
}

function useText(use) {
  const container = use.container === null ? "" : `${use.container}${use.type === "container" ? "" : ` (${use.type})`}: `;
  const keys = use.keys === null ? "all keys" : use.keys.join(", ");
  const problems = use.problems.map((problem) => `✕ ${problem}`).join("; ") + (use.problems.length > 0 && use.optional ? ", optional" : "");
  return [
    `${container}${use.mechanism === "name" ? "by name" : use.mechanism}${keys ? " " : ""}`,
    keys && el("b", {}, keys),
    use.variables.length > 0 ? ` as ${use.variables.map((name) => `$(${name})`).join(", ")} in the command` : "",
    problems ? el("span", { class: use.optional ? "hint" : "problem" }, ` ${problems}`) : use.optional ? el("span", { class: "hint" }, " optional") : "",
    " ",
    placeText(use.place),
  ];
}

// What there is to see, of what the filters leave.
function overview() {
  const unread = picture.unread.length > 0 && [el("h3", {}, "Not read"), el("ul", { class: "plain" }, picture.unread.map((line) => el("li", {}, line)))];
  if (items.configs.length + items.workloads.length === 0) {
    const text = unread ? "Nothing that could be read is a ConfigMap, a Secret, a workload, or refers to a config." : "There is no ConfigMap or Secret in the input, no workload, and nothing that refers to a config.";
    return [el("h2", {}, "Nothing to show"), el("p", {}, text), unread];
  }
  const { configs, workloads } = seen;
  const missing = workloads.filter(isUnresolved);
  // One of several definitions may be the one that is meant.
  const nameOf = (place) => `${place.file}:${place.line}`;
  const candidates = new Set(items.configs.filter((item) => item.node.presence === "ambiguous").flatMap((item) => item.places.map(nameOf)));
  const unused = configs.filter((item) => item.edges.length === 0 && !item.places.some((place) => candidates.has(nameOf(place))));
  const section = (title, list, hint) =>
    list.length > 0 && [el("h3", {}, `${title} `, el("span", { class: "count" }, number(list.length))), el("p", { class: "hint" }, hint), el("ul", { class: "plain" }, manyOf(list, (item) => el("li", {}, itemButton(item))))];
  return [
    el("h2", {}, "Overview"),
    el("p", {}, "Choose a config or a workload to see its file, its keys and what leads where."),
    el("p", { class: "hint" }, el("kbd", {}, "/"), " search ", el("kbd", {}, "↑"), el("kbd", {}, "↓"), " move ", el("kbd", {}, "Enter"), " select ", el("kbd", {}, "←"), el("kbd", {}, "→"), " other list ", el("kbd", {}, "Esc"), " back"),
    ...picture.classes.map(({ word, label, help }) => section(label, workloads.filter((item) => item.node.mark?.class === word), help)),
    unread,
    section("Something is not there", missing, "These refer to a config or a key that is not in the input, or to one of several definitions."),
    section("Nothing refers to", unused, "Operators and dashboards may read these under their names."),
  ];
}
