import Results

/// Conductivities at the sampled temperatures and, open, those of the Arrhenius fit with both intervals.
/// Nil where there is none.
func conductivityFigure(_ summary: StudySummary) -> Figure? {
  var blocks = DataBlocks()
  var elements: [String] = []
  var inverse: [Double] = []
  var heights: [Double] = []
  for (index, set) in summary.sets.enumerated()
  where DrawnSets.contains(index, of: summary.sets.count) {
    let colour = Palette.set(index)
    let label = set.label(study: summary.study)
    let points = set.temperatures.compactMap { t -> [Double?]? in
      guard t.temperature_K > 0, let sigma = t.conductivity_mS_per_cm?.ifFinite, sigma > 0 else { return nil }
      let error = t.conductivityError?.ifFinite ?? 0
      return [1000 / t.temperature_K, sigma, max(sigma - error, sigma * 1e-3), sigma + error]
    }
    let fitted = set.extrapolated.compactMap { e -> [Double?]? in
      guard e.temperature_K > 0, e.conductivity_mS_per_cm.isFinite, e.conductivity_mS_per_cm > 0
      else { return nil }
      let ends = [e.interval68.first, e.interval68.last, e.interval95.first, e.interval95.last]
      return [1000 / e.temperature_K, e.conductivity_mS_per_cm] + ends.map { $0?.ifFinite }
    }
    inverse += (points + fitted).compactMap { $0[0] }
    heights += points.compactMap { $0[1] } + fitted.flatMap { $0.dropFirst().compactMap { $0 } }
    if let block = blocks.append(
      "\(label): sampled", columns: "1000/T(1/K) sigma(mS/cm) low high", rows: points)
    {
      elements.append(
        "data index \(block) using 1:2:3:4 with yerrorbars pointtype \(Palette.point(index)) "
          + "pointsize 0.75 linewidth 1.3 linecolor rgb '\(colour)' title \(Gnuplot.literal(label))")
    }
    if let block = blocks.append(
      "\(label): from the fit", columns: "1000/T(1/K) sigma(mS/cm) low68 high68 low95 high95", rows: fitted)
    {
      let colourOf = "linecolor rgb '\(colour)' notitle"
      elements += [
        "data index \(block) using 1:2:5:6 with yerrorbars pointtype 0 linewidth 1 \(colourOf)",
        "data index \(block) using 1:2:3:4 with yerrorbars pointtype 0 linewidth 2.6 \(colourOf)",
        "data index \(block) using 1:2 with points pointtype 7 pointsize 0.9 \(colourOf)",
        "data index \(block) using 1:2 with points pointtype 7 pointsize 0.55 linecolor rgb '#ffffff' notitle",
      ]
    }
  }
  guard !heights.isEmpty, let x = AxisTicks.padded(inverse, by: 0.06), let y = AxisTicks.decades(heights)
  else { return nil }
  let script =
    Gnuplot.preamble(name: "conductivity", width: 820, height: 460)
      + """
      set border 7
      set logscale y
      set format y '10^{%L}'
      set xrange [\(x.lowerBound):\(x.upperBound)]
      set x2range [\(x.lowerBound):\(x.upperBound)]
      set yrange [\(y.lowerBound):\(y.upperBound)]
      set xlabel '1000 / T  (K^{−1})'
      set x2label 'T  (K)' offset 0,-0.4
      set x2tics \(AxisTicks.temperatures(over: x, most: summary.sets.count > 4 ? 9 : 14))
      set ylabel 'σ  (mS cm^{−1})'
      \(Gnuplot.key(isOutside: summary.sets.count > 4))

      """ + Gnuplot.plot(elements)
  return Figure(
    name: "conductivity", title: "Ionic conductivity",
    caption: """
      Nernst–Einstein conductivity with the ions' formal charges. Filled: from the diffusivity at that \
      temperature, with one standard error. Open: from the Arrhenius fit, with the 68 % (thick) and 95 % \
      (thin) intervals.\(DrawnSets.note(summary.sets.count))
      """,
    data: blocks.text, script: script)
}
