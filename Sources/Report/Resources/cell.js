//<![CDATA[
"use strict";
// The unit cell in three dimensions: surfaces of equal density, anions, and the path of a hopping ion. WebGL without a library;
// the still picture stays for print, without scripts and where the browser has no WebGL.
(() => {
  const COLOURS = { volumes: [[0.0, 0.45, 0.70], [0.84, 0.37, 0.0], [0.0, 0.62, 0.45]], anion: [0.62, 0.64, 0.67],
    edge: [0.36, 0.39, 0.44], path: [0.12, 0.15, 0.19], ion: [0.80, 0.47, 0.65] };
  const css = (c) => "rgb(" + c.map((x) => Math.round(255 * x)).join(",") + ")";
  const VERTEX = "attribute vec3 place, normal; uniform mat4 view; uniform mat3 turn; uniform vec4 ball; varying vec3 n;"
    + "void main() { n = turn * normal; gl_Position = view * vec4(ball.xyz + ball.w * place, 1.0); }";
  // Lit from both sides, as surfaces are open where the cell ends; silhouettes of transparent ones are denser.
  const FRAGMENT = "precision mediump float; uniform vec4 colour; uniform float lit; varying vec3 n; void main() {"
    + "float f = length(n) > 0.0 ? abs(dot(normalize(n), normalize(vec3(0.35, 0.5, 0.8)))) : 1.0;"
    + "float rim = length(n) > 0.0 ? 1.0 - abs(normalize(n).z) : 0.0;"
    + "gl_FragColor = vec4(mix(colour.rgb, colour.rgb * (0.35 + 0.65 * f), lit), min(1.0, colour.a + (1.0 - colour.a) * 0.6 * rim * lit)); }";

  // Vectors and matrices, column by column as WebGL wants them.
  const cross = (u, v) => [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const dot = (u, v) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  const combine = (s, vectors) => [0, 1, 2].map((i) => s[0] * vectors[0][i] + s[1] * vectors[1][i] + s[2] * vectors[2][i]);
  const times = (a, b) => [0, 1, 2].flatMap((c) => [0, 1, 2].map((r) => a[r] * b[3 * c] + a[3 + r] * b[3 * c + 1] + a[6 + r] * b[3 * c + 2]));
  const about = (axis, angle) => {
    const c = Math.cos(angle), s = Math.sin(angle);
    return axis === 0 ? [1, 0, 0, 0, c, s, 0, -s, c] : [c, 0, -s, 0, 1, 0, s, 0, c];
  };

  // Marching tetrahedra over the periodic grid of a volume: places and normals of triangles, Å.
  const TETRAHEDRA = [[0, 5, 1, 6], [0, 1, 2, 6], [0, 2, 3, 6], [0, 3, 7, 6], [0, 7, 4, 6], [0, 4, 5, 6]];
  const CORNERS = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]];
  function surface(volume, cell, level) {
    const [nx, ny, nz] = volume.points, data = volume.bytes, out = [];
    const wrap = (i, n) => (i % n + n) % n;
    const at = (x, y, z) => data[(wrap(x, nx) * ny + wrap(y, ny)) * nz + wrap(z, nz)];
    // The gradient in space from that along the vectors.
    const reciprocal = [cross(cell[1], cell[2]), cross(cell[2], cell[0]), cross(cell[0], cell[1])];
    const slope = (p) => combine([
      nx * (at(p[0] + 1, p[1], p[2]) - at(p[0] - 1, p[1], p[2])), ny * (at(p[0], p[1] + 1, p[2]) - at(p[0], p[1] - 1, p[2])),
      nz * (at(p[0], p[1], p[2] + 1) - at(p[0], p[1], p[2] - 1))], reciprocal);
    const corner = (a, b, va, vb) => {
      const t = (level - va) / (vb - va), ga = slope(a), gb = slope(b);
      const p = combine([0, 1, 2].map((k) => (a[k] + t * (b[k] - a[k])) / volume.points[k]), cell);
      out.push(p[0], p[1], p[2], ga[0] + t * (gb[0] - ga[0]), ga[1] + t * (gb[1] - ga[1]), ga[2] + t * (gb[2] - ga[2]));
    };
    for (let x = 0; x < nx; x++) for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++) {
      const p = CORNERS.map((c) => [x + c[0], y + c[1], z + c[2]]), v = p.map((q) => at(q[0], q[1], q[2]));
      const high = v.reduce((n, w) => n + (w >= level ? 1 : 0), 0);
      if (high === 0 || high === 8) continue;
      for (const t of TETRAHEDRA) {
        const a = t.filter((i) => v[i] >= level), b = t.filter((i) => v[i] < level);
        const edge = (i, j) => corner(p[i], p[j], v[i], v[j]);
        if (a.length === 1) b.forEach((j) => edge(a[0], j));
        else if (a.length === 3) a.forEach((i) => edge(i, b[0]));
        else if (a.length === 2) {
          edge(a[0], b[0]); edge(a[0], b[1]); edge(a[1], b[0]);
          edge(a[1], b[0]); edge(a[0], b[1]); edge(a[1], b[1]);
        }
      }
    }
    return new Float32Array(out);
  }

  // Triangles of a ball of radius one, which are their own normals.
  function ball() {
    const out = [], N = 24, M = 12;
    const at = (i, j) => {
      const a = 2 * Math.PI * i / N, b = Math.PI * j / M;
      const p = [Math.sin(b) * Math.cos(a), Math.sin(b) * Math.sin(a), Math.cos(b)];
      out.push(...p, ...p);
    };
    for (let i = 0; i < N; i++) for (let j = 0; j < M; j++) {
      at(i, j); at(i + 1, j); at(i, j + 1); at(i + 1, j); at(i + 1, j + 1); at(i, j + 1);
    }
    return new Float32Array(out);
  }

  // Every image of a place that lies in the cell or on its faces.
  function images(f) {
    const along = f.map((x) => { const y = x - Math.floor(x); return y < 0.06 || y > 0.94 ? [0, 1] : [y]; });
    return along[0].flatMap((x) => along[1].flatMap((y) => along[2].map((z) => [x, y, z])));
  }

  class Scene {
    constructor(gl, view) {
      this.gl = gl; this.view = view; this.zoom = 1; this.time = 0.5; this.path = -1;
      this.turned = times(about(0, -1.15), about(1, 0));
      this.turned = times(about(1, 0.45), this.turned);
      const program = gl.createProgram();
      [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]].forEach(([kind, text]) => {
        const shader = gl.createShader(kind);
        gl.shaderSource(shader, text); gl.compileShader(shader); gl.attachShader(program, shader);
      });
      gl.bindAttribLocation(program, 0, "place"); gl.bindAttribLocation(program, 1, "normal");
      gl.linkProgram(program); gl.useProgram(program);
      this.at = (name) => gl.getUniformLocation(program, name);
      this.middle = combine([0.5, 0.5, 0.5], view.cell);
      this.size = Math.max(...CORNERS.map((c) => Math.hypot(...combine(c.map((x) => x - 0.5), view.cell))));
      this.ball = this.buffer(ball());
      const edges = CORNERS.flatMap((c) => [0, 1, 2].filter((k) => c[k] === 0).flatMap((k) =>
        [c, c.map((x, i) => (i === k ? 1 : x))].flatMap((f) => [...combine(f, view.cell), 0, 0, 0])));
      this.edges = this.buffer(new Float32Array(edges));
      view.volumes.forEach((v, i) => {
        v.bytes = Uint8Array.from(atob(v.values), (c) => c.charCodeAt(0));
        v.on = i === 0; v.level = 0.2; this.cut(v);
      });
    }
    buffer(values) {
      const gl = this.gl, buffer = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer); gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
      return { buffer, count: values.length / 6 };
    }
    // Between two steps of the bytes, so that no corner lies on the surface.
    cut(volume) {
      if (volume.mesh) this.gl.deleteBuffer(volume.mesh.buffer);
      volume.mesh = this.buffer(surface(volume, this.view.cell, Math.round(255 * volume.level) + 0.5));
    }
    shape(mesh, kind, colour, place = [0, 0, 0, 1], lit = 1) {
      const gl = this.gl;
      gl.bindBuffer(gl.ARRAY_BUFFER, mesh.buffer);
      gl.enableVertexAttribArray(0); gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 24, 0);
      gl.enableVertexAttribArray(1); gl.vertexAttribPointer(1, 3, gl.FLOAT, false, 24, 12);
      gl.uniform4fv(this.at("ball"), place); gl.uniform4fv(this.at("colour"), colour); gl.uniform1f(this.at("lit"), lit);
      gl.drawArrays(kind, 0, mesh.count);
    }
    draw(width, height) {
      const gl = this.gl, R = this.turned, m = this.middle, far = 3.6 * this.size;
      const scale = 3.2 * this.zoom, ax = scale * Math.min(1, height / width), ay = scale * Math.min(1, width / height);
      // Turned about the middle, moved away, and in perspective.
      const shift = [0, 1, 2].map((r) => -(R[r] * m[0] + R[3 + r] * m[1] + R[6 + r] * m[2]));
      shift[2] -= far;
      const near = far - 2.4 * this.size, end = far + 2.4 * this.size, z = -(end + near) / (end - near), w = -2 * end * near / (end - near);
      const column = (x, y, d, one) => [ax * x, ay * y, z * d + w * one, -d];
      gl.viewport(0, 0, width, height);
      // The depth is cleared only where it may be written.
      gl.enable(gl.DEPTH_TEST); gl.depthMask(true); gl.disable(gl.BLEND);
      gl.clearColor(1, 1, 1, 1); gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.uniformMatrix4fv(this.at("view"), false, [...column(R[0], R[1], R[2], 0), ...column(R[3], R[4], R[5], 0),
        ...column(R[6], R[7], R[8], 0), ...column(shift[0], shift[1], shift[2], 1)]);
      gl.uniformMatrix3fv(this.at("turn"), false, R);
      const spot = (f, radius) => [...combine(f, this.view.cell), radius];
      this.shape(this.edges, gl.LINES, [...COLOURS.edge, 1], [0, 0, 0, 1], 0);
      this.view.anions.forEach((a) => images(a.fraction).forEach((f) => this.shape(this.ball, gl.TRIANGLES, [...COLOURS.anion, 1], spot(f, 0.9))));
      const path = this.view.paths[this.path];
      if (path) {
        path.fractions.forEach((f) => this.shape(this.ball, gl.TRIANGLES, [...COLOURS.path, 1], spot(f, 0.09)));
        this.shape(this.ball, gl.TRIANGLES, [...COLOURS.ion, 1], spot(path.fractions[Math.round(this.time * (path.fractions.length - 1))], 0.45));
      }
      gl.enable(gl.BLEND); gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA); gl.depthMask(false);
      this.view.volumes.forEach((v, i) => { if (v.on) this.shape(v.mesh, gl.TRIANGLES, [...COLOURS.volumes[i % 3], 0.45]); });
    }
  }

  const element = (name, properties, parent) => {
    const e = Object.assign(document.createElement(name), properties);
    if (parent) parent.appendChild(e);
    return e;
  };

  // The panel of one figure; made when it is first opened.
  function panel(view, box, note) {
    const canvas = element("canvas", { tabIndex: 0, className: "cell" }, box);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "Unit cell in three dimensions; the arrow keys turn it, + and - change its size");
    const gl = canvas.getContext("webgl", { antialias: true, alpha: false });
    if (!gl) return false;
    const scene = new Scene(gl, view);
    let due = false;
    const redraw = () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => {
        due = false;
        const ratio = Math.min(2, window.devicePixelRatio || 1);
        canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio)); canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
        scene.draw(canvas.width, canvas.height);
      });
    };
    const turn = (dx, dy) => { scene.turned = times(about(1, dx), times(about(0, dy), scene.turned)); redraw(); };
    const grow = (factor) => { scene.zoom = Math.min(6, Math.max(0.4, scene.zoom * factor)); redraw(); };
    let last;
    canvas.addEventListener("pointerdown", (e) => { last = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointermove", (e) => {
      if (!last) return;
      turn((e.clientX - last[0]) / 120, (e.clientY - last[1]) / 120);
      last = [e.clientX, e.clientY];
    });
    ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => { last = undefined; }));
    const keys = { ArrowLeft: () => turn(-0.15, 0), ArrowRight: () => turn(0.15, 0), ArrowUp: () => turn(0, -0.15), ArrowDown: () => turn(0, 0.15),
      "+": () => grow(1.15), "=": () => grow(1.15), "-": () => grow(1 / 1.15) };
    canvas.addEventListener("keydown", (e) => { if (keys[e.key]) { keys[e.key](); e.preventDefault(); } });
    if ("ResizeObserver" in window) new ResizeObserver(redraw).observe(canvas);

    const options = element("div", { className: "controls" }, box);
    const range = (text, value, change) => {
      const label = element("label", {}, options);
      label.appendChild(document.createTextNode(text + " "));
      const input = element("input", { type: "range", min: "0", max: "1", step: "0.01", value: String(value) }, label);
      input.addEventListener("input", () => { change(Number(input.value)); redraw(); });
      return label;
    };
    view.volumes.forEach((v, i) => {
      const label = element("label", {}, options);
      label.style.borderColor = css(COLOURS.volumes[i % 3]);
      const input = element("input", { type: "checkbox", checked: v.on }, label);
      label.appendChild(document.createTextNode(" density of " + v.species));
      input.addEventListener("change", () => { v.on = input.checked; redraw(); });
      const level = element("output", {}, label);
      const tell = () => { level.textContent = " at " + (v.level * v.highest).toPrecision(2) + " /Å³"; };
      range("level of " + v.species, v.level, (x) => { v.level = Math.min(0.98, Math.max(0.01, x)); scene.cut(v); tell(); });
      tell();
    });
    if (view.paths.length > 0) {
      const label = element("label", { textContent: "hop " }, options), choice = element("select", {}, label);
      element("option", { value: "-1", textContent: "none" }, choice);
      view.paths.forEach((p, i) => element("option", { value: String(i), textContent: "ion " + p.ion + " at " + Number(p.time_ps.toFixed(2)) + " ps" }, choice));
      const time = range("from 2 ps before to 2 ps after", 0.5, (x) => { scene.time = x; });
      time.hidden = true;
      choice.addEventListener("change", () => { scene.path = Number(choice.value); time.hidden = !view.paths[scene.path]; redraw(); });
    }
    [["Smaller", 1 / 1.25], ["Larger", 1.25]].forEach(([text, factor]) =>
      element("button", { type: "button", textContent: text }, options).addEventListener("click", () => grow(factor)));
    note.textContent = "Drag or use the arrow keys to turn. Grey: centres of the anions.";
    redraw();
    return true;
  }

  document.querySelectorAll("script.cell").forEach((source) => {
    const still = source.closest("figure").querySelector(".plot");
    if (!still || !("WebGLRenderingContext" in window)) return;
    const bar = element("div", { className: "controls" });
    const button = element("button", { type: "button", textContent: "View in 3-D" }, bar);
    button.setAttribute("aria-expanded", "false");
    const box = element("div", { className: "live", hidden: true }), note = element("p", { className: "value", hidden: true });
    note.setAttribute("aria-live", "polite");
    still.before(bar); still.after(box); box.after(note);
    let made;
    button.addEventListener("click", () => {
      const live = box.hidden;
      box.hidden = !live; note.hidden = !live;
      if (made === undefined) made = panel(JSON.parse(source.textContent), box, note);
      if (!made) { box.hidden = true; button.hidden = true; note.textContent = "No WebGL here: this picture stands in for the view in 3-D."; return; }
      still.classList.toggle("hidden", live);
      button.setAttribute("aria-expanded", String(live));
      button.textContent = live ? "Still picture" : "View in 3-D";
    });
  });
})();
//]]>
