import Foundation
import Mechanism
import Results

/// One panel's curves: their common properties, and each with its own name and colour.
private struct Panel {
  var title: String
  var curves: [(label: String, colour: String, curve: ObservableCurve)]
}

/// The curves of one observable of one set: a panel for each series with a line for each temperature, or, where
/// there are more than three series, a panel for the lowest and the highest temperature with a line for each
/// series. Nil without data.
func observableFigure(
  _ description: ObservableCatalogue.Curve, _ set: SetCurves, suffix: String, label: String
) -> Figure? {
  let temperatures = set.temperatures.sorted { $0.temperature_K < $1.temperature_K }
    .filter { t in t.observables.contains { $0.observable == description.name } }
  let panels = panels(of: description.name, temperatures)
  guard !panels.isEmpty else { return nil }
  var blocks = DataBlocks()
  var plots: [String] = []
  var haveErrors = true
  var values = PlotValues(description)
  for (index, panel) in panels.enumerated() {
    var bands: [String] = []
    var lines: [String] = []
    for entry in panel.curves {
      let rows = rows(of: entry.curve, description)
      guard
        let block = blocks.append(
          "\(label), \(panel.title), \(entry.label)",
          columns: "\(description.x)(\(description.xUnit)) value value-error value+error", rows: rows)
      else { continue }
      values.add(panels.count > 1 ? "\(panel.title), \(entry.label)" : entry.label, entry.colour, rows)
      haveErrors = haveErrors && rows.allSatisfy { $0[2] != nil }
      if rows.contains(where: { $0[2] != nil }) {
        bands.append(
          "data index \(block) using 1:3:4 with filledcurves fillcolor rgb '\(entry.colour)' notitle")
      }
      let title = index == panels.count - 1 ? Gnuplot.literal(entry.label) : "''"
      lines.append(
        "data index \(block) using 1:2 with lines linewidth 1.6 linecolor rgb '\(entry.colour)' "
          + (index == panels.count - 1 ? "title \(title)" : "notitle"))
    }
    guard !lines.isEmpty else { continue }
    let marks = description.marks.map { mark in
      "set arrow from first \(mark), graph 0 to first \(mark), graph 1 nohead dashtype 3 linecolor rgb '#9aa3ad' back"
    }
    let range = yRange(description, panel)
    plots.append(
      (["set yrange \(range)", "set title \(Gnuplot.literal(panel.title)) textcolor rgb '#1f2730'"] + marks)
        .joined(separator: "\n")
        + "\n" + Gnuplot.plot(bands + lines))
  }
  guard !plots.isEmpty else { return nil }
  let name = description.name + suffix
  let script =
    Gnuplot.preamble(name: name, width: 720, height: plots.count == 1 ? 380 : plots.count == 2 ? 360 : 340)
    + axes(description, panelCount: plots.count, length: length(of: panels, description))
    + plots.joined(separator: "unset arrow\nset ylabel ''\n")
    + "unset multiplot\n"
  var figure = Figure(
    name: name, title: description.title,
    caption: description.caption
      + (haveErrors ? " Shaded: one standard error." : ""),
    data: blocks.text, script: script)
  figure.values = values
  return figure
}

private func panels(of name: String, _ temperatures: [TemperatureCurves]) -> [Panel] {
  var series: [String] = []
  for curve in temperatures.flatMap(\.observables)
  where curve.observable == name && !series.contains(curve.series) { series.append(curve.series) }
  func find(_ t: TemperatureCurves, _ series: String) -> ObservableCurve? {
    t.observables.first { $0.observable == name && $0.series == series }
  }
  func kelvin(_ t: TemperatureCurves) -> String { "\(NumberText.short(t.temperature_K)) K" }
  if series.count <= 3 {
    return series.map { one in
      Panel(
        title: one,
        curves: temperatures.enumerated().compactMap { index, t in
          find(t, one).map { (kelvin(t), Palette.heat(index, of: temperatures.count), $0) }
        })
    }
  }
  let ends = temperatures.count > 1 ? [temperatures[0], temperatures[temperatures.count - 1]] : temperatures
  return ends.map { t in
    Panel(
      title: kelvin(t),
      curves: series.enumerated().compactMap { index, one in
        find(t, one).map { (one, Palette.heat(index, of: series.count), $0) }
      })
  }
}

/// At most some 300 points, in the range of the observable's figure.
private func rows(of curve: ObservableCurve, _ description: ObservableCatalogue.Curve) -> [[Double?]] {
  var rows: [[Double?]] = []
  for (index, x) in curve.x.enumerated() {
    guard let y = curve.y.element(index) ?? nil, y.isFinite, x.isFinite else { continue }
    if description.xIsLogarithmic && x <= 0 || description.yIsLogarithmic && y <= 0 { continue }
    if let range = description.range, !range.contains(x) { continue }
    let error = (curve.error.element(index) ?? nil)?.ifFinite
    let low = error.map { description.yIsLogarithmic ? max(y - $0, y * 0.02) : y - $0 }
    rows.append([x, y, low, error.map { y + $0 }])
  }
  let every = (rows.count + 299) / 300
  return every <= 1 ? rows : rows.enumerated().filter { $0.offset % every == 0 }.map(\.element)
}

/// From 0 where no value is below, up to the highest value or the observable's limit.
private func yRange(_ description: ObservableCatalogue.Curve, _ panel: Panel) -> String {
  guard !description.yIsLogarithmic else { return "[*:*]" }
  let values = panel.curves.flatMap { rows(of: $0.curve, description).compactMap { $0[1] } }
  let low = (values.min() ?? 0) < 0 ? "*" : "0"
  guard let most = description.highest, (values.max() ?? 0) > most else { return "[\(low):*]" }
  return "[\(low):\(most)]"
}

/// - Parameter length: of the x axis; nil where nothing is drawn.
private func axes(_ description: ObservableCatalogue.Curve, panelCount: Int, length: Double?) -> String {
  func axis(_ name: String, _ unit: String) -> String { name + (unit == "1" ? "" : "  (\(unit))") }
  var lines = [
    "set multiplot layout 1,\(panelCount) margins \(panelCount == 1 ? "0.12" : "0.1"),\(panelCount == 1 ? "0.8" : "0.84"),0.19,0.87 spacing 0.09",
    "set xlabel \(Gnuplot.literal(axis(description.x, description.xUnit)))",
    "set ylabel \(Gnuplot.literal(axis(description.y, description.yUnit))) offset 1,0",
    "set key at screen \(panelCount == 1 ? "0.81" : "0.85"),0.87 left top Left reverse",
  ]
  // Few ticks, as letters are large beside a panel.
  if panelCount > 1, !description.xIsLogarithmic, description.xUnit != "°", let length {
    let step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].first { $0 >= length / 6 } ?? length / 4
    lines.append("set xtics \(step)")
  }
  if description.xUnit == "°" { lines.append("set xtics \(panelCount > 1 ? 60 : 30)") }
  if description.xIsLogarithmic { lines += ["set logscale x", "set format x '10^{%L}'"] }
  if description.yIsLogarithmic { lines += ["set logscale y", "set format y '10^{%L}'"] }
  return lines.joined(separator: "\n") + "\n"
}

/// Of the x axis of all panels; nil without points.
private func length(of panels: [Panel], _ description: ObservableCatalogue.Curve) -> Double? {
  let all = panels.flatMap(\.curves).flatMap { rows(of: $0.curve, description).compactMap { $0[0] } }
  guard let low = all.min(), let high = all.max(), high > low else { return nil }
  return high - low
}

extension PlotValues {
  fileprivate init(_ curve: ObservableCatalogue.Curve) {
    func axis(_ name: String, _ unit: String) -> String { name + (unit == "1" ? "" : " (\(unit))") }
    self.init(
      x: axis(curve.x, curve.xUnit), y: axis(curve.y, curve.yUnit),
      isLogarithmic: (curve.xIsLogarithmic, curve.yIsLogarithmic))
  }
}
