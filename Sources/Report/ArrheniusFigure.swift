import Results

/// log D against 1000/T for all sets: points with one standard error, arrows down from 95 % bounds where there is
/// no D, the fit with its 68 and 95 % bands, dashed where it is extrapolated.
func arrheniusFigure(_ summary: StudySummary, _ curves: StudyCurves) -> Figure {
  var plot = InverseTemperaturePlot(setCount: summary.sets.count)
  for (index, set) in summary.sets.enumerated()
  where DrawnSets.contains(index, of: summary.sets.count) {
    let label = set.label(study: summary.study)
    let style = InverseTemperaturePlot.SetStyle(
      label: label, colour: Palette.set(index), pointType: Palette.point(index),
      title: plot.hasManySets ? Gnuplot.literal(label) : legend(set, label: label))
    addFit(drawnFit(of: set, curves.sets.element(index)), style, to: &plot)
    addDiffusivities(set, style, to: &plot)
  }
  let (x, y) = plot.ranges(padding: 0.05) ?? (1...4, 1e-8...1e-4)
  var figure = Figure(
    name: "arrhenius", title: "Arrhenius plot of the diffusivity",
    caption: """
      Tracer diffusivity of the mobile ions; bars are one standard error. Shaded: 68 % (dark) and 95 % \
      (light) bands of the fit; dashed: extrapolated. An arrow hangs from the 95 % upper bound of a \
      temperature without a diffusivity, which is not in the fit.\(DrawnSets.note(summary.sets.count))
      """,
    data: plot.blocks.text,
    script: plot.script(
      name: "arrhenius", height: 540, x: x, y: y, yLabel: "D  (cm^2 s^{−1})",
      definitions: "cap = \((x.upperBound - x.lowerBound) * 0.008)\n"))
  figure.values = arrheniusValues(summary, curves)
  return figure
}

/// The fit, without its extrapolation where the temperatures are too few for one.
private func drawnFit(of set: SetSummary, _ curves: SetCurves?) -> [FitPoint] {
  let fit = curves?.fit ?? []
  let measured = set.temperatures.count { $0.outcome == .measured }
  return measured < SetSummary.fewestForExtrapolation ? fit.filter { !$0.isExtrapolation } : fit
}

private func arrheniusValues(_ summary: StudySummary, _ curves: StudyCurves) -> PlotValues {
  var values = PlotValues(x: "1000/T (1/K)", y: "D (cm²/s)", isLogarithmic: (false, true))
  for (index, set) in summary.sets.enumerated() where DrawnSets.contains(index, of: summary.sets.count) {
    let name = summary.sets.count > 1 ? "\(set.label(study: summary.study)), " : ""
    values.add("\(name)runs", Palette.set(index), measured(set).points, dots: true)
    let fit = drawnFit(of: set, curves.sets.element(index)).filter { $0.temperature_K > 0 }
    values.add(
      "\(name)fit", Palette.set(index),
      fit.map { [1000 / $0.temperature_K, $0.diffusivity_A2_per_ps * cm2PerSecond, nil, nil] })
  }
  return values
}

private func addFit(
  _ points: [FitPoint], _ style: InverseTemperaturePlot.SetStyle, to plot: inout InverseTemperaturePlot
) {
  let fit = points.filter { $0.temperature_K > 0 }.sorted { $0.temperature_K > $1.temperature_K }
  plot.include(
    x: fit.map { 1000 / $0.temperature_K }, y: fit.map { $0.diffusivity_A2_per_ps * cm2PerSecond })
  // Far from the data a band may span any number of decades: at most one of them extends the axis.
  for p in fit {
    let d = p.diffusivity_A2_per_ps
    plot.include(x: [], y: p.band68.map { min(max($0, d / 10), d * 10) * cm2PerSecond })
  }
  for part in fitParts(fit) {
    let rows = part.points.map { p -> [Double?] in
      let ends = [p.band95.first, p.band95.last, p.band68.first, p.band68.last].map { $0?.ifFinite }
      return [1000 / p.temperature_K, p.diffusivity_A2_per_ps * cm2PerSecond]
        + ends.map { $0.map { $0 * cm2PerSecond } }
    }
    guard
      let block = plot.blocks.append(
        "\(style.label): fit\(part.isExtrapolation ? ", extrapolated" : "")",
        columns: "1000/T(1/K) D(cm2/s) low95 high95 low68 high68", rows: rows)
    else { continue }
    for (low, opacity) in [(3, 0.10), (5, 0.18)] {
      plot.bands.append(
        "data index \(block) using 1:\(low):\(low + 1) with filledcurves fillcolor rgb '\(style.colour)' "
          + "fillstyle transparent solid \(opacity) noborder notitle")
    }
    plot.lines.append(
      "data index \(block) using 1:2 with lines linewidth 1.8 linecolor rgb '\(style.colour)' "
        + "dashtype \(part.isExtrapolation ? 2 : 1) notitle")
  }
}

/// The set's title is attached to what is drawn first: points, bounds, or neither.
private func addDiffusivities(
  _ set: SetSummary, _ style: InverseTemperaturePlot.SetStyle, to plot: inout InverseTemperaturePlot
) {
  let (points, bounds) = measured(set)
  plot.include(x: points.map { $0[0] }, y: points.map { $0[1] })
  plot.include(bounds)
  let hasPoints = plot.addPoints(
    points, name: "diffusivities", columns: "1000/T(1/K) D(cm2/s) D-error D+error", style: style,
    title: "title \(style.title)")
  let colour = "linecolor rgb '\(style.colour)'"
  if let block = plot.blocks.append(
    "\(style.label): 95 % upper bounds", columns: "1000/T(1/K) bound(cm2/s) arrow-end", rows: bounds)
  {
    plot.marks += [
      "data index \(block) using 1:2:(0):($3-$2) with vectors head filled size screen 0.010,22 "
        + "linewidth 1.4 \(colour) notitle",
      "data index \(block) using ($1-cap):2:(2*cap):(0) with vectors nohead linewidth 2 \(colour) "
        + (hasPoints ? "notitle" : "title \(style.title)"),
    ]
  } else if !hasPoints {
    plot.marks.append("NaN with lines \(colour) title \(style.title)")
  }
}

/// Points (1000/T, D, D − error, D + error) and bounds (1000/T, bound, arrow's end), in cm²/s.
private func measured(_ set: SetSummary) -> (points: [[Double?]], bounds: [[Double?]]) {
  var points: [[Double?]] = []
  var bounds: [[Double?]] = []
  for t in set.temperatures where t.temperature_K > 0 {
    if t.diffused, let d = t.diffusivity_A2_per_ps?.ifFinite, d > 0 {
      points.append(
        InverseTemperaturePlot.row(
          temperature_K: t.temperature_K, value: d * cm2PerSecond,
          error: t.diffusivityError.map { $0 * cm2PerSecond }))
    } else if let bound = t.upperBound_A2_per_ps?.ifFinite, bound > 0 {
      bounds.append([1000 / t.temperature_K, bound * cm2PerSecond, bound * cm2PerSecond * 0.4])
    }
  }
  return (points, bounds)
}

/// The fit, split where interpolation ends; neighbouring parts share a point, so that the line has no gap.
func fitParts(_ fit: [FitPoint]) -> [(isExtrapolation: Bool, points: [FitPoint])] {
  var parts: [(isExtrapolation: Bool, points: [FitPoint])] = []
  for point in fit {
    guard let last = parts.last else {
      parts.append((point.isExtrapolation, [point]))
      continue
    }
    if last.isExtrapolation == point.isExtrapolation {
      parts[parts.count - 1].points.append(point)
    } else if point.isExtrapolation {
      // The shared point is the sampled one in either direction.
      parts.append((true, Array(last.points.suffix(1)) + [point]))
    } else {
      parts[parts.count - 1].points.append(point)
      parts.append((false, [point]))
    }
  }
  return parts
}

private func legend(_ set: SetSummary, label: String) -> String {
  let name = String(Gnuplot.literal(label).dropFirst().dropLast())
  guard let energy = set.activationEnergy_eV?.ifFinite else {
    return "'\(name)'"
  }
  return "'\(name):  {/:Italic E}_a = \(NumberText.withError(energy, set.activationEnergyError_eV)) eV'"
}
