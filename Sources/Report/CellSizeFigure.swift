import Results

/// D against the inverse length of the cell, one series for each temperature of otherwise equal sets. Nil where a study has
/// one size of the cell only.
func cellSizeFigure(_ series: [CellSizeSeries]) -> Figure? {
  var blocks = DataBlocks()
  var marks: [String] = []
  for (index, one) in series.enumerated() {
    let rows = one.cells.compactMap { cell -> [Double?]? in
      guard cell.length_A > 0, let d = cell.diffusivity_A2_per_ps?.ifFinite else { return nil }
      let error = cell.diffusivityError?.ifFinite
      return [1 / cell.length_A, d * cm2PerSecond] + [error.map { $0 * cm2PerSecond }]
    }
    let label =
      one.point.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value), " }.joined()
      + "\(NumberText.short(one.temperature_K)) K"
    guard let block = blocks.append(label, columns: "1/L(1/A) D(cm2/s) error", rows: rows) else { continue }
    let style = "pointtype 7 linecolor rgb '\(Palette.heat(index, of: series.count))'"
    marks += [
      "data index \(block) using 1:2:3 with yerrorbars \(style) title \(Gnuplot.literal(label))",
      "data index \(block) using 1:2 with points \(style) notitle",
    ]
  }
  guard !marks.isEmpty else { return nil }
  let script =
    Gnuplot.preamble(name: "cell-size", width: 720, height: 400)
      + """
      set xrange [0:*]
      set yrange [0:*]
      set format y '%.1e'
      set xlabel '1/L  (Å^{−1})'
      set ylabel 'D  (cm^2 s^{−1})'
      set rmargin -1
      set key outside right top Left reverse

      """ + Gnuplot.plot(marks)
  return Figure(
    name: "cell-size", title: "Size of the cell",
    caption: """
      Diffusivity against the inverse length of the cell (L³ is its volume), from sets that differ in the supercell alone; \
      bars: one standard error. Where D changes with 1/L, the cell is too small.
      """,
    data: blocks.text, script: script)
}
