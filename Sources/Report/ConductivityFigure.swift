import Results

/// Conductivities at the sampled temperatures and, as open symbols, those of the Arrhenius fit with both
/// intervals. Nil where there is none.
func conductivityFigure(_ summary: StudySummary) -> Figure? {
  var plot = InverseTemperaturePlot(setCount: summary.sets.count)
  for (index, set) in summary.sets.enumerated()
  where DrawnSets.contains(index, of: summary.sets.count) {
    let label = set.label(study: summary.study)
    let style = InverseTemperaturePlot.SetStyle(
      label: label, colour: Palette.set(index), pointType: Palette.point(index),
      title: Gnuplot.literal(label))
    addSampled(set, style, to: &plot)
    addFitted(set, style, to: &plot)
  }
  guard let (x, y) = plot.ranges(padding: 0.06) else { return nil }
  return Figure(
    name: "conductivity", title: "Ionic conductivity",
    caption: """
      Nernst–Einstein conductivity with the formal charges of the ions. Filled: from the diffusivity at that \
      temperature, with one standard error. Open: from the Arrhenius fit, with the 68 % (thick) and 95 % \
      (thin) intervals.\(DrawnSets.note(summary.sets.count))
      """,
    data: plot.blocks.text,
    script: plot.script(name: "conductivity", height: 460, x: x, y: y, yLabel: "σ  (mS cm^{−1})"))
}

private func addSampled(
  _ set: SetSummary, _ style: InverseTemperaturePlot.SetStyle, to plot: inout InverseTemperaturePlot
) {
  let rows = set.temperatures.compactMap { t -> [Double?]? in
    guard t.temperature_K > 0, let sigma = t.conductivity_mS_per_cm?.ifFinite, sigma > 0 else { return nil }
    return InverseTemperaturePlot.row(
      temperature_K: t.temperature_K, value: sigma, error: t.conductivityError)
  }
  plot.include(x: rows.map { $0[0] }, y: rows.map { $0[1] })
  _ = plot.addPoints(
    rows, name: "sampled", columns: "1000/T(1/K) sigma(mS/cm) low high", style: style,
    title: "title \(style.title)")
}

private func addFitted(
  _ set: SetSummary, _ style: InverseTemperaturePlot.SetStyle, to plot: inout InverseTemperaturePlot
) {
  let rows = set.extrapolated.compactMap { e -> [Double?]? in
    // What is not determined is not drawn.
    guard set.objection(to: e) == nil else { return nil }
    guard e.temperature_K > 0, e.conductivity_mS_per_cm.isFinite, e.conductivity_mS_per_cm > 0
    else { return nil }
    let ends = [e.interval68.first, e.interval68.last, e.interval95.first, e.interval95.last]
    // The axis is logarithmic, and a lower end may be 0.
    return [1000 / e.temperature_K, e.conductivity_mS_per_cm]
      + ends.map { end in end.flatMap { $0.isFinite && $0 > 0 ? $0 : nil } }
  }
  plot.include(rows)
  guard
    let block = plot.blocks.append(
      "\(style.label): from the fit", columns: "1000/T(1/K) sigma(mS/cm) low68 high68 low95 high95",
      rows: rows)
  else { return }
  let colour = "linecolor rgb '\(style.colour)' notitle"
  plot.marks += [
    "data index \(block) using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1 \(colour)",
    "data index \(block) using 1:2:3:4 with yerrorbars pointtype 0 linewidth 2.6 \(colour)",
    "data index \(block) using 1:2 with points pointtype 7 pointsize 0.9 \(colour)",
    "data index \(block) using 1:2 with points pointtype 7 pointsize 0.55 linecolor rgb '#ffffff' notitle",
  ]
}
