import Results

/// log D against 1000/T for all sets: points with one standard error, arrows down from 95 % bounds where
/// nothing diffused, the fit with its 68 and 95 % bands, dashed where it is extrapolated.
func arrheniusFigure(_ summary: StudySummary, _ curves: StudyCurves) -> Figure {
  var blocks = DataBlocks()
  var bands: [String] = []
  var lines: [String] = []
  var marks: [String] = []
  var inverse: [Double] = []
  var heights: [Double] = []
  // A long legend stands beside the axes, short of their width; the energies are in the table then.
  let hasManySets = summary.sets.count > 4
  for (index, set) in summary.sets.enumerated()
  where DrawnSets.contains(index, of: summary.sets.count) {
    let colour = Palette.set(index)
    let label = set.label(study: summary.study)
    let fit = (curves.sets.element(index)?.fit ?? []).filter { $0.temperature_K > 0 }
      .sorted { $0.temperature_K > $1.temperature_K }
    inverse += fit.map { 1000 / $0.temperature_K }
    heights += fit.map { $0.diffusivity_A2_per_ps * cm2PerSecond }
    // Far from the data a band may span any number of decades: it makes room for itself up to one.
    for p in fit {
      let d = p.diffusivity_A2_per_ps
      heights += p.band68.map { min(max($0, d / 10), d * 10) * cm2PerSecond }
    }
    for part in fitParts(fit) {
      let rows = part.points.map { p -> [Double?] in
        let ends = [p.band95.first, p.band95.last, p.band68.first, p.band68.last].map { $0?.ifFinite }
        return [1000 / p.temperature_K, p.diffusivity_A2_per_ps * cm2PerSecond]
          + ends.map { $0.map { $0 * cm2PerSecond } }
      }
      guard
        let block = blocks.append(
          "\(label): fit\(part.isExtrapolation ? ", extrapolated" : "")",
          columns: "1000/T(1/K) D(cm2/s) low95 high95 low68 high68", rows: rows)
      else { continue }
      for (low, opacity) in [(3, 0.10), (5, 0.18)] {
        bands.append(
          "data index \(block) using 1:\(low):\(low + 1) with filledcurves fillcolor rgb '\(colour)' "
            + "fillstyle transparent solid \(opacity) noborder notitle")
      }
      lines.append(
        "data index \(block) using 1:2 with lines linewidth 1.8 linecolor rgb '\(colour)' "
          + "dashtype \(part.isExtrapolation ? 2 : 1) notitle")
    }
    let (points, bounds) = measured(set)
    inverse += (points + bounds).compactMap { $0[0] }
    heights += points.compactMap { $0[1] } + bounds.flatMap { [$0[1], $0[2]].compactMap { $0 } }
    var title: String? = hasManySets ? Gnuplot.literal(label) : legend(set, label: label)
    func takeTitle() -> String {
      defer { title = nil }
      return title.map { "title \($0)" } ?? "notitle"
    }
    if let block = blocks.append(
      "\(label): diffusivities", columns: "1000/T(1/K) D(cm2/s) D-error D+error", rows: points)
    {
      marks.append(
        "data index \(block) using 1:2:3:4 with yerrorbars pointtype \(Palette.point(index)) "
          + "pointsize 0.75 linewidth 1.3 linecolor rgb '\(colour)' \(takeTitle())")
    }
    if let block = blocks.append(
      "\(label): 95 % upper bounds", columns: "1000/T(1/K) bound(cm2/s) arrow-end", rows: bounds)
    {
      let arrow =
        "data index \(block) using 1:2:(0):($3-$2) with vectors head filled size screen 0.010,22 "
        + "linewidth 1.4 linecolor rgb '\(colour)' notitle"
      let bar =
        "data index \(block) using ($1-cap):2:(2*cap):(0) with vectors nohead linewidth 2 "
        + "linecolor rgb '\(colour)' \(takeTitle())"
      marks += [arrow, bar]
    }
    if let title { marks.append("NaN with lines linecolor rgb '\(colour)' title \(title)") }
  }
  let x = AxisTicks.padded(inverse, by: 0.05) ?? 1...4
  let y = AxisTicks.decades(heights) ?? 1e-8...1e-4
  let script =
    Gnuplot.preamble(name: "arrhenius", width: 820, height: 540)
      + """
      cap = \((x.upperBound - x.lowerBound) * 0.008)
      set border 7
      set logscale y
      set format y '10^{%L}'
      set xrange [\(x.lowerBound):\(x.upperBound)]
      set x2range [\(x.lowerBound):\(x.upperBound)]
      set yrange [\(y.lowerBound):\(y.upperBound)]
      set xlabel '1000 / T  (K^{−1})'
      set x2label 'T  (K)' offset 0,-0.4
      set x2tics \(AxisTicks.temperatures(over: x, most: hasManySets ? 9 : 14))
      set ylabel 'D  (cm^2 s^{−1})'
      \(Gnuplot.key(isOutside: hasManySets))

      """ + Gnuplot.plot(bands + lines + marks)
  return Figure(
    name: "arrhenius", title: "Arrhenius plot of the diffusivity",
    caption: """
      Tracer diffusivity of the mobile ions; bars are one standard error. Shaded: 68 % (dark) and 95 % \
      (light) bands of the fit; dashed: extrapolated. An arrow hangs from the 95 % upper bound of a \
      temperature at which no diffusion was seen; such a temperature takes no part in the fit.\(DrawnSets.note(summary.sets.count))
      """,
    data: blocks.text, script: script)
}

/// Points (1000/T, D, D − error, D + error) and bounds (1000/T, bound, arrow's end), in cm²/s.
private func measured(_ set: SetSummary) -> (points: [[Double?]], bounds: [[Double?]]) {
  var points: [[Double?]] = []
  var bounds: [[Double?]] = []
  for t in set.temperatures where t.temperature_K > 0 {
    let x = 1000 / t.temperature_K
    if t.diffused, let d = t.diffusivity_A2_per_ps?.ifFinite, d > 0 {
      let error = t.diffusivityError?.ifFinite ?? 0
      // A bar that reaches zero has no lower end on a logarithmic axis: it runs out of the figure.
      let low = max(d - error, d * 1e-3)
      points.append([x, d * cm2PerSecond, low * cm2PerSecond, (d + error) * cm2PerSecond])
    } else if let bound = t.upperBound_A2_per_ps?.ifFinite, bound > 0 {
      bounds.append([x, bound * cm2PerSecond, bound * cm2PerSecond * 0.4])
    }
  }
  return (points, bounds)
}

/// The fit cut where interpolation ends; neighbouring parts share a point, so that the line has no gap.
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
