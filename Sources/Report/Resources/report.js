//<![CDATA[
"use strict";
// Contents: the section in sight.
(() => {
  const links = new Map();
  document.querySelectorAll("nav a").forEach((a) => links.set(a.getAttribute("href").slice(1), a));
  if (!("IntersectionObserver" in window)) return;
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    entries.forEach((e) => (e.isIntersecting ? seen.add(e.target.id) : seen.delete(e.target.id)));
    let current;
    links.forEach((a, id) => { if (current === undefined) { if (seen.has(id)) { current = id; } } a.removeAttribute("aria-current"); });
    if (current !== undefined) links.get(current).setAttribute("aria-current", "true");
  }, { rootMargin: "-10% 0px -60% 0px" });
  links.forEach((a, id) => { const s = document.getElementById(id); if (s) observer.observe(s); });
})();

// Plots with values under the pointer, drawn from the data in the page; the still picture stays for print and without scripts.
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const make = (name, attributes, parent, text) => {
    const e = document.createElementNS(NS, name);
    Object.entries(attributes).forEach(([k, v]) => e.setAttribute(k, v));
    if (text !== undefined) e.textContent = text;
    if (parent) parent.appendChild(e);
    return e;
  };
  const show = (v) => {
    const a = Math.abs(v);
    if (v === 0) return "0";
    if (a >= 1e5) return v.toExponential(2);
    return a >= 1e-3 ? String(Number(v.toPrecision(3))) : v.toExponential(2);
  };
  const ticks = (low, high, log) => {
    if (log) {
      const found = [];
      const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
      const step = Math.max(1, Math.ceil((last - first) / 7));
      for (let p = first; last >= p; p += step) { const v = Math.pow(10, p); if (v >= low) { if (high >= v) found.push(v); } }
      if (found.length >= 2) return found;
      return [low, Math.sqrt(low * high), high];
    }
    const raw = (high - low) / 5, unit = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map((f) => f * unit).find((s) => s >= raw);
    const found = [];
    for (let v = Math.ceil(low / step) * step; high >= v; v += step) found.push(Number(v.toPrecision(12)));
    return found;
  };

  function draw(box, data, state) {
    const W = 720, H = 420, L = 76, R = 16, T = 12, B = 52;
    const ok = (p) => (state.xlog ? p[0] > 0 : true) ? (state.ylog ? p[1] > 0 : true) : false;
    const series = data.series.filter((s, i) => state.on[i]);
    const points = series.flatMap((s) => s.points.filter(ok));
    box.textContent = "";
    if (points.length === 0) { box.textContent = "nothing to draw on these axes"; return; }
    const extent = (k, log) => {
      let low = Math.min(...points.map((p) => p[k])), high = Math.max(...points.map((p) => p[k]));
      if (!(high > low)) { low = low - 0.5 * Math.abs(low) - 1e-9; high = high + 0.5 * Math.abs(high) + 1e-9; }
      if (log) return [low / Math.pow(high / low, 0.03), high * Math.pow(high / low, 0.03)];
      return [low - 0.03 * (high - low), high + 0.03 * (high - low)];
    };
    const [x0, x1] = extent(0, state.xlog), [y0, y1] = extent(1, state.ylog);
    const f = (v, a, b, log) => (log ? Math.log(v / a) / Math.log(b / a) : (v - a) / (b - a));
    const X = (v) => L + (W - L - R) * f(v, x0, x1, state.xlog);
    const Y = (v) => H - B - (H - T - B) * f(v, y0, y1, state.ylog);
    const svg = make("svg", { viewBox: "0 0 " + W + " " + H, role: "img", "aria-label": data.title }, box);
    ticks(x0, x1, state.xlog).forEach((v) => {
      make("line", { x1: X(v), x2: X(v), y1: T, y2: H - B, class: "grid" }, svg);
      make("text", { x: X(v), y: H - B + 20, "text-anchor": "middle" }, svg, show(v));
    });
    ticks(y0, y1, state.ylog).forEach((v) => {
      make("line", { x1: L, x2: W - R, y1: Y(v), y2: Y(v), class: "grid" }, svg);
      make("text", { x: L - 8, y: Y(v) + 5, "text-anchor": "end" }, svg, show(v));
    });
    make("text", { x: (L + W - R) / 2, y: H - 10, "text-anchor": "middle" }, svg, data.x);
    make("text", { transform: "translate(16," + (T + H - B) / 2 + ") rotate(-90)", "text-anchor": "middle" }, svg, data.y);
    series.forEach((s) => {
      const d = s.points.filter(ok).map((p) => X(p[0]).toFixed(1) + "," + Y(p[1]).toFixed(1));
      if (s.dots) {
        s.points.filter(ok).forEach((p) => {
          if (p[2] > 0) { if (p[3] > 0) make("line", { x1: X(p[0]), x2: X(p[0]), y1: Y(Math.max(p[2], y0)), y2: Y(Math.min(p[3], y1)), stroke: s.colour, "stroke-width": 1.5 }, svg); }
          make("circle", { cx: X(p[0]), cy: Y(p[1]), r: 4.5, fill: s.colour }, svg);
        });
      } else make("polyline", { points: d.join(" "), fill: "none", stroke: s.colour, "stroke-width": 2 }, svg);
    });
    const mark = make("circle", { r: 5, class: "mark", visibility: "hidden" }, svg);
    const value = box.parentNode.querySelector(".value");
    svg.addEventListener("pointermove", (event) => {
      const r = svg.getBoundingClientRect();
      const px = ((event.clientX - r.left) * W) / r.width, py = ((event.clientY - r.top) * H) / r.height;
      let best;
      series.forEach((s) => s.points.filter(ok).forEach((p) => {
        const distance = Math.hypot(X(p[0]) - px, Y(p[1]) - py);
        if (best === undefined || best.distance > distance) best = { distance, s, p };
      }));
      if (best === undefined) return;
      mark.setAttribute("cx", X(best.p[0])); mark.setAttribute("cy", Y(best.p[1]));
      mark.setAttribute("visibility", "visible");
      const error = best.p[3] ? " ± " + show((best.p[3] - best.p[2]) / 2) : "";
      value.textContent = best.s.name + ": " + data.x + " " + show(best.p[0]) + ", " + data.y + " " + show(best.p[1]) + error;
    });
  }

  document.querySelectorAll("script[type='application/json']:not(.cell)").forEach((source) => {
    const figure = source.closest("figure");
    const still = figure.querySelector(".plot");
    if (!still) return;
    const data = JSON.parse(source.textContent);
    const state = { xlog: data.xlog, ylog: data.ylog, on: data.series.map(() => true) };
    const panel = document.createElement("div");
    panel.className = "controls";
    const box = document.createElement("div");
    box.className = "live plot"; box.hidden = true;
    // Narrow screens scroll it: by the keyboard too.
    box.tabIndex = 0; box.setAttribute("role", "group"); box.setAttribute("aria-label", data.title);
    const value = document.createElement("p");
    value.className = "value"; value.setAttribute("aria-live", "polite"); value.hidden = true;
    const button = document.createElement("button");
    button.type = "button"; button.textContent = "Values under the pointer";
    button.setAttribute("aria-expanded", "false");
    panel.appendChild(button);
    const options = document.createElement("span");
    options.hidden = true;
    const choice = (text, on, change) => {
      const label = document.createElement("label"), input = document.createElement("input");
      input.type = "checkbox"; input.checked = on;
      input.addEventListener("change", () => { change(input.checked); draw(box, data, state); });
      label.appendChild(input); label.appendChild(document.createTextNode(" " + text));
      options.appendChild(label);
      return label;
    };
    choice("x logarithmic", state.xlog, (on) => { state.xlog = on; });
    choice("y logarithmic", state.ylog, (on) => { state.ylog = on; });
    data.series.forEach((s, i) => { choice(s.name, true, (on) => { state.on[i] = on; }).style.borderColor = s.colour; });
    panel.appendChild(options);
    still.before(panel); still.after(box); box.after(value);
    button.addEventListener("click", () => {
      const live = box.hidden;
      box.hidden = !live; value.hidden = !live; options.hidden = !live; still.classList.toggle("hidden", live);
      button.setAttribute("aria-expanded", String(live));
      button.textContent = live ? "Still picture" : "Values under the pointer";
      if (live) { value.textContent = "Move over the plot."; draw(box, data, state); }
    });
  });
})();
//]]>
