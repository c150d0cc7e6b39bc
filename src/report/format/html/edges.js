// The edges between the rows in sight.

function svg(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// How the ways of delivery are told apart: by color, and by the line for those who see no difference in color.
function line(edge, path, extra) {
  return svg("path", { d: path, class: `edge ${edge.reach}${edge.unresolved ? " unresolved" : ""}${extra}` });
}

let hovered = null;

function drawEdges() {
  const canvas = byElement("edges");
  const box = canvas.getBoundingClientRect();
  if (box.width === 0) return;
  const height = lists.configs.root.clientHeight;
  const y = (list, item) => {
    const position = list.positions.get(item);
    return position === undefined ? NaN : position * ROW + ROW / 2 - list.root.scrollTop;
  };
  const isInSight = (at) => at > -ROW / 2 && at < height + ROW / 2;
  const focus = state.selected;
  const drawn = [];
  let beyond = 0;
  const between = new Map();
  for (const number of candidates(focus)) {
    const edge = edges[number];
    if (state.hidden.has(edge.reach)) continue;
    const ends = [items.configs[edge.config], items.workloads[edge.workload]];
    const [left, right] = [y(lists.configs, ends[0]), y(lists.workloads, ends[1])];
    if (!isInSight(left) || !isInSight(right)) {
      beyond += focus && ends.includes(focus) ? 1 : 0;
      continue;
    }
    const pair = `${edge.config} ${edge.workload}`;
    const shift = (between.get(pair) || 0) * 6;
    between.set(pair, (between.get(pair) || 0) + 1);
    const isOn = ends.includes(hovered) || (focus ? ends.includes(focus) : edge.isMarked);
    drawn.push([isOn, edge, left + shift, right + shift]);
  }
  drawn.sort((a, b) => a[0] - b[0]);
  const quiet = drawn.some(([isOn]) => isOn);
  const shapes = drawn.flatMap(([isOn, edge, left, right]) =>
    shapesOf(edge, left, right, box.width, isOn ? " on" : quiet ? " quiet" : ""),
  );
  canvas.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  canvas.replaceChildren(...shapes);
  byElement("beyond").textContent = beyond > 0 ? `${beyond.toLocaleString("en")} more below` : "";
}

// The edges of what is selected, or else those of the shorter of the two lists in sight.
function candidates(focus) {
  const numbers = new Set();
  const add = (item) => item.edges.forEach((number) => numbers.add(number));
  if (focus) {
    add(focus);
    if (hovered) add(hovered);
    return numbers;
  }
  const inSight = (list) => list.shown.slice(...list.rendered);
  const count = (sight) => sight.reduce((sum, item) => sum + item.edges.length, 0);
  const [left, right] = [inSight(lists.configs), inSight(lists.workloads)];
  (count(left) < count(right) ? left : right).forEach(add);
  return numbers;
}

function shapesOf(edge, left, right, width, extra) {
  const bend = width * 0.45;
  const shapes = [line(edge, `M 5 ${left} C ${bend} ${left} ${width - bend} ${right} ${width - 5} ${right}`, extra)];
  const end = `${edge.reach}${edge.unresolved ? " unresolved" : ""}${extra}`;
  if (edge.unresolved) {
    shapes.push(svg("path", { class: `end ${end}`, d: `M 4 ${left - 4} l 8 8 m 0 -8 l -8 8` }));
  } else {
    shapes.push(svg("circle", { class: `end ${end}`, cx: 5, cy: left, r: 2.5 }));
  }
  shapes.push(svg("path", { class: `end ${end}`, d: `M ${width - 10} ${right - 4} L ${width - 4} ${right} L ${width - 10} ${right + 4}` }));
  return shapes;
}

// A sample of a line for the legend.
function sample(reach, unresolved) {
  const canvas = svg("svg", { class: "sample", viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" });
  const edge = { reach, unresolved };
  canvas.append(line(edge, "M 5 6 L 31 6", " on"));
  const end = `end ${reach}${unresolved ? " unresolved" : ""} on`;
  if (unresolved) canvas.append(svg("path", { class: end, d: "M 2 2 l 8 8 m 0 -8 l -8 8" }));
  else canvas.append(svg("circle", { class: end, cx: 5, cy: 6, r: 2.5 }));
  return canvas;
}
