import Foundation
import Results

/// Mean squared displacement against lag, one curve for each temperature of a set, on logarithmic axes.
func msdFigure(_ curves: SetCurves, name: String, label: String) -> Figure? {
  var blocks = DataBlocks()
  var bands: [String] = []
  var lines: [String] = []
  var all: [(lag: Double, msd: Double)] = []
  var values = PlotValues(x: "lag (ps)", y: "MSD (Å²)", isLogarithmic: (true, true))
  let temperatures = curves.temperatures.sorted { $0.temperature_K < $1.temperature_K }
  for (index, t) in temperatures.enumerated().reversed() {
    let colour = Palette.heat(index, of: temperatures.count)
    let rows = thinned(t)
    all += rows.map { ($0.lag, $0.msd) }
    values.add(
      "\(NumberText.short(t.temperature_K)) K", colour,
      rows.map { PlotValues.point($0.lag, $0.msd, $0.error) })
    guard
      let block = blocks.append(
        "\(label), \(NumberText.short(t.temperature_K)) K",
        columns: "lag(ps) msd(A2) msd-error msd+error msd-within-the-fit-window",
        rows: rows.map { row in
          [row.lag, row.msd]
            + (row.error.map { [max(row.msd - $0, row.msd * 1e-2), row.msd + $0] } ?? [nil, nil])
            + [t.isInFitWindow(row.lag) ? row.msd : nil]
        })
    else { continue }
    if rows.contains(where: { $0.error != nil }) {
      bands.append("data index \(block) using 1:3:4 with filledcurves fillcolor rgb '\(colour)' notitle")
    }
    lines.append(
      "data index \(block) using 1:2 with lines linewidth 1.3 linecolor rgb '\(colour)' "
        + "title '\(NumberText.short(t.temperature_K)) K'")
    if rows.contains(where: { t.isInFitWindow($0.lag) }) {
      lines.append(
        "data index \(block) using 1:5 with lines linewidth 3.6 linecolor rgb '\(colour)' notitle")
    }
  }
  guard let first = all.map(\.lag).min(), let last = all.map(\.lag).max(),
    let y = AxisTicks.decades(all.map(\.msd), most: 8)
  else { return nil }
  let script = script(
    name: name, all: all, first: first, last: last, y: y, elements: bands + lines)
  var figure = Figure(
    name: name, title: "Mean squared displacement",
    caption: """
      Mobile ions, drift removed, over all time origins; shaded: one standard error. Thick: the lags of \
      the fit of D. Diffusion has slope 1.
      """,
    data: blocks.text, script: script)
  figure.values = values
  return figure
}

/// - Parameter all: every point; the guide passes above the end of the highest curve.
private func script(
  name: String, all: [(lag: Double, msd: Double)], first: Double, last: Double, y: ClosedRange<Double>,
  elements: [String]
) -> String {
  let top = all.filter { $0.lag >= last * 0.5 }.map { $0.msd / $0.lag }.max() ?? 1
  let guide = "\(top * 2.2)*x with lines dashtype 2 linewidth 1.1 linecolor rgb '#6b7480' title 'slope 1'"
  return Gnuplot.preamble(name: name, width: 720, height: 450)
    + """
    set logscale xy
    set format x '10^{%L}'
    set format y '10^{%L}'
    set xrange [\(first):\(last * 1.1)]
    set yrange [\(y.lowerBound):\(y.upperBound)]
    set xlabel 'lag  (ps)'
    set ylabel 'mean squared displacement  (Å^2)'
    set rmargin -1
    set key outside right top Left reverse

    """ + Gnuplot.plot(elements + [guide])
}

/// At most some 240 lags, evenly spaced on the logarithmic axis; without lag zero and missing values.
private func thinned(_ t: TemperatureCurves) -> [(lag: Double, msd: Double, error: Double?)] {
  var rows: [(lag: Double, msd: Double, error: Double?)] = []
  for (index, lag) in t.lag_ps.enumerated() {
    guard lag > 0, lag.isFinite, let msd = t.msd_A2.element(index)?.ifFinite, msd > 0 else { continue }
    rows.append((lag, msd, (t.msdError_A2.element(index) ?? nil)?.ifFinite))
  }
  guard rows.count > 240, let first = rows.first, let last = rows.last, last.lag > first.lag else {
    return rows
  }
  let step = log(last.lag / first.lag) / 240
  var kept: [(lag: Double, msd: Double, error: Double?)] = []
  for row in rows where kept.last.map({ log(row.lag / $0.lag) >= step }) ?? true { kept.append(row) }
  return kept
}
