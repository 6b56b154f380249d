import Results

/// Temperature, potential energy and drift of the conserved energy over each run, in three panels.
/// - Parameter allRuns: the number of runs, where `runs` is a part of them.
func seriesFigure(_ runs: [RunSeries], of allRuns: Int? = nil) -> Figure? {
  let drawable = runs.filter { !$0.time_ps.isEmpty }
  // More than these can't be told apart, and the page has to load.
  let stride = (drawable.count + 23) / 24
  let shown = drawable.enumerated().filter { $0.offset % max(stride, 1) == 0 }.map(\.element)
  var blocks = DataBlocks()
  var panels: [[String]] = [[], [], []]
  for (index, run) in shown.enumerated() {
    let rows = rows(of: run)
    guard
      let block = blocks.append(
        run.run, columns: "time(ps) T(K) E-potential(eV/atom) E-conserved-start(meV/atom)", rows: rows)
    else { continue }
    let style = "with lines linewidth 0.9 linecolor rgb '\(Palette.heat(index, of: shown.count))'"
    for panel in panels.indices where rows.contains(where: { $0[panel + 1] != nil }) {
      panels[panel].append("data index \(block) using 1:\(panel + 2) \(style) notitle")
    }
  }
  guard !panels.allSatisfy(\.isEmpty) else { return nil }
  let count = allRuns ?? drawable.count
  let skipped = shown.count < count ? " Shown are \(shown.count) of \(count) runs, evenly spaced." : ""
  return Figure(
    name: "series", title: "Temperature and energy",
    caption: """
      Each run over its sampling stage. The conserved energy is that of the extended system; its drift \
      measures the accuracy of the integration. Dark to light: the runs in their order.\(skipped)
      """,
    data: blocks.text, script: seriesScript(panels))
}

/// Time, temperature, and the energies per atom.
private func rows(of run: RunSeries) -> [[Double?]] {
  let atoms = Double(max(run.atomCount, 1))
  let start = run.conservedEnergy_eV.first(where: \.isFinite) ?? 0
  // Every n-th record: a figure has no room for more than 400.
  let every = (run.time_ps.count + 399) / 400
  return run.time_ps.indices.filter { $0 % every == 0 }.map { i in
    [
      run.time_ps[i].ifFinite, run.temperature_K.element(i)?.ifFinite,
      run.potentialEnergy_eV.element(i)?.ifFinite.map { $0 / atoms },
      run.conservedEnergy_eV.element(i)?.ifFinite.map { ($0 - start) / atoms * 1000 },
    ]
  }
}

/// - Parameter panels: the elements of each plot, from top to bottom.
private func seriesScript(_ panels: [[String]]) -> String {
  let labels = ["T  (K)", "E_{pot}  (eV/atom)", "E_{cons} drift  (meV/atom)"]
  var script =
    Gnuplot.preamble(name: "series", width: 720, height: 620)
      + """
      set multiplot
      set lmargin at screen 0.13
      set rmargin at screen 0.98
      set tics font ',14'
      unset key

      """
  for (panel, label) in labels.enumerated() {
    let top = 0.98 - Double(panel) * 0.3
    let isLowest = panel == labels.count - 1
    script += """
      set tmargin at screen \(top)
      set bmargin at screen \(top - 0.265)
      set ylabel '\(label)' offset 0.2,0 font ',14'
      set format x '\(isLowest ? "%g" : "")'
      set xlabel '\(isLowest ? "time  (ps)" : "")'

      """ + Gnuplot.plot(panels[panel])
  }
  return script + "unset multiplot\n"
}
