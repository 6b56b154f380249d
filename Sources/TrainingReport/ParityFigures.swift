import Report
import Training

/// Predictions over labels: energies and virials of both sets, forces of the validation frames by element.
func parityFigures(_ errors: TrainingErrors) -> [Figure] {
  let (scope, forces) =
    errors.validation.map { ("validation", $0.points.forces) } ?? ("training", errors.training.points.forces)
  let sets = [("training", errors.training.points), ("validation", errors.validation?.points)]
  func both(_ series: (ParityPoints) -> ParityPoints.Series?) -> [Drawn] {
    sets.enumerated().compactMap { index, set in
      set.1.flatMap(series).map { Drawn(label: set.0, colour: Palette.set(index), series: $0) }
    }
  }
  let elements = forces.enumerated().map { index, series in
    Drawn(label: series.element ?? "", colour: Palette.set(index), series: series)
  }
  return [
    figure("energy", "Energy per atom", "eV/atom", both(\.energies)),
    figure("force", "Force components of \(scope) frames", "eV/Å", elements),
    figure("virial", "Virial per atom", "eV/atom", both(\.virials)),
  ].compactMap(\.self)
}

private struct Drawn {
  let label: String
  let colour: String
  let series: ParityPoints.Series
}

private func figure(_ kind: String, _ title: String, _ unit: String, _ drawn: [Drawn]) -> Figure? {
  var blocks = DataBlocks()
  var marks: [String] = ["x with lines linewidth 1 linecolor rgb '#9aa3ad' notitle"]
  for one in drawn {
    let rows = zip(one.series.labels, one.series.predictions).map { [$0, $1] as [Double?] }
    guard let block = blocks.append(one.label, columns: "label(\(unit)) prediction(\(unit))", rows: rows)
    else { continue }
    marks += [
      // The legend's sign is larger than a point.
      "data index \(block) using 1:2 with points pointtype 7 pointsize \(rows.count > 50 ? 0.22 : 0.5) "
        + "linecolor rgb '\(one.colour)' notitle",
      "NaN with points pointtype 7 pointsize 0.8 linecolor rgb '\(one.colour)' title \(Gnuplot.literal(one.label))",
    ]
  }
  let values = drawn.flatMap { $0.series.labels + $0.series.predictions }
  guard let range = AxisTicks.padded(values, by: 0.04) else { return nil }
  let shown = drawn.reduce(0) { $0 + $1.series.labels.count }
  let all = drawn.reduce(0) { $0 + $1.series.count }
  let axis = "\(range.lowerBound):\(range.upperBound)"
  return Figure(
    name: "parity-\(kind)", title: title,
    caption: shown < all
      ? "\(shown) of \(all) points, evenly chosen: the largest errors may not be among them."
      : "All \(all) points.",
    data: blocks.text,
    script: panel("parity-\(kind)")
      + """
      set xrange [\(axis)]
      set yrange [\(axis)]
      set samples 2
      set xlabel 'label  (\(unit))'
      set ylabel 'prediction  (\(unit))'
      set key bottom right

      """ + Gnuplot.plot(marks))
}
