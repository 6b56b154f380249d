import Results

/// Fraction of active ions against the cut-off, by final and by largest displacement. Nil without curves.
func activeIonsFigure(_ curves: SetCurves, name: String, label: String) -> Figure? {
  var blocks = DataBlocks()
  var elements: [String] = []
  var highest = 0.0
  let temperatures = curves.temperatures.sorted { $0.temperature_K < $1.temperature_K }
  for (index, t) in temperatures.enumerated().reversed() {
    let colour = Palette.heat(index, of: temperatures.count)
    let rows = t.activeCutoff_A2.enumerated().filter { $0.element.isFinite }.map { i, cutoff -> [Double?] in
      [cutoff, t.activeFraction.element(i)?.ifFinite, t.activeFractionMax.element(i)?.ifFinite]
    }
    guard
      let block = blocks.append(
        "\(label), \(NumberText.short(t.temperature_K)) K",
        columns: "cutoff(A2) fraction-final fraction-max", rows: rows)
    else { continue }
    highest = max(highest, rows.compactMap { $0[0] }.max() ?? 0)
    elements += [
      "data index \(block) using 1:2 with lines linewidth 2 linecolor rgb '\(colour)' "
        + "title '\(NumberText.short(t.temperature_K)) K'",
      "data index \(block) using 1:3 with lines linewidth 1.4 dashtype 2 linecolor rgb '\(colour)' notitle",
    ]
  }
  guard !elements.isEmpty else { return nil }
  let script =
    Gnuplot.preamble(name: name, width: 720, height: 400)
      + """
      set xrange [0:\(highest > 0 ? highest : 1)]
      set yrange [0:1.02]
      set xlabel 'cut-off of the squared displacement  (Å^2)'
      set ylabel 'fraction of active ions'
      set rmargin -1
      set key outside right top Left reverse

      """ + Gnuplot.plot(elements)
  return Figure(
    name: name, title: "Active ions",
    caption: """
      Fraction of mobile ions whose squared displacement reaches the cut-off: at the end of the run \
      (solid) and at its largest (dashed).
      """,
    data: blocks.text, script: script)
}
