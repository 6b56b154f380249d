import Foundation
import Report
import Training

/// The errors after each epoch, one figure for each kind of label.
func learningFigures(_ summary: TrainingSummary) -> [Figure] {
  let kinds: [(name: String, title: String, unit: String, factor: Double, part: LossPart)] = [
    ("energy", "Energy", "meV/atom", 1000, \.plainEnergy), ("force", "Force", "eV/Å", 1, \.plainForce),
    ("virial", "Virial", "meV/atom", 1000, \.plainVirial),
  ]
  let shown = thinned(summary.epochs)
  return kinds.compactMap { kind in
    let training = rows(shown, kind.factor) { $0.training[keyPath: kind.part].root }
    let validation = rows(shown, kind.factor) { $0.validation?[keyPath: kind.part].root }
    var blocks = DataBlocks()
    var curves: [String] = []
    for (index, (name, rows)) in [("training", training), ("validation", validation)].enumerated() {
      guard let block = blocks.append(name, columns: "epoch error(\(kind.unit))", rows: rows) else {
        continue
      }
      let style = rows.count < 20 ? "linespoints pointtype 7 pointsize 0.5" : "lines"
      curves.append(
        "data index \(block) using 1:2 with \(style) linewidth 1.6 linecolor rgb '\(Palette.set(index))' title '\(name)'"
      )
    }
    guard !curves.isEmpty else { return nil }
    let name = "learning-\(kind.name)"
    let values = (training + validation).compactMap { $0[1] }
    return Figure(
      name: name, title: "\(kind.title) error",
      caption: """
        R.m.s. error of each epoch: of the training frames before each step, of the validation frames at its end.
        """,
      data: blocks.text,
      script: panel(name)
        + """
        set logscale xy
        \(axis("x", xRange(shown)))
        \(axis("y", AxisTicks.decades(values) ?? 0.1...1))
        set xlabel 'epoch'
        set ylabel '\(kind.title.lowercased()) error  (\(kind.unit))'
        set key top right

        """ + Gnuplot.plot(curves))
  }
}

private typealias LossPart = KeyPath<LossSums, LossSums.WeightedSquares>

/// The beginning of the script of a figure that stands beside others.
func panel(_ name: String) -> String { Gnuplot.preamble(name: name, width: 420, height: 360) }

/// A logarithmic axis has no room for zeros.
private func rows(_ epochs: [EpochRecord], _ factor: Double, error: (EpochRecord) -> Double?) -> [[Double?]] {
  epochs.compactMap { record in
    error(record).flatMap { $0 > 0 && $0.isFinite ? [Double(record.epoch), $0 * factor] : nil }
  }
}

/// Some 300 epochs, evenly spaced on a logarithmic axis, with the last.
private func thinned(_ epochs: [EpochRecord]) -> [EpochRecord] {
  guard epochs.count > 300 else { return epochs }
  let last = Double(epochs.count - 1)
  let chosen = Set((0...300).map { Int((pow(last + 1, Double($0) / 300) - 1).rounded()) })
  return chosen.sorted().filter { $0 < epochs.count }.map { epochs[$0] }
}

private func xRange(_ epochs: [EpochRecord]) -> ClosedRange<Double> {
  let numbers = epochs.map { Double($0.epoch) }
  guard let low = numbers.min(), let high = numbers.max(), low < high else { return 0.5...2 }
  return low...high
}

/// The commands for a logarithmic axis.
private func axis(_ name: String, _ range: ClosedRange<Double>) -> String {
  "set \(name)range [\(range.lowerBound):\(range.upperBound)]\n"
    + "set \(name)tics (\(ticks(range)))"
}

/// 1, 2 and 5 times powers of ten, or the powers alone where there are many.
private func ticks(_ range: ClosedRange<Double>) -> String {
  let low = Int(log10(range.lowerBound).rounded(.down))
  let high = Int(log10(range.upperBound).rounded(.up))
  let steps: [Double] = high - low > 3 ? [1] : [1, 2, 5]
  // The ends of a range may be off by a last digit.
  let inside = (range.lowerBound * 0.999999)...(range.upperBound * 1.000001)
  var ticks: [String] = []
  for exponent in low...high {
    for value in steps.map({ $0 * pow(10, Double(exponent)) }) where inside.contains(value) {
      ticks.append("'\(NumberText.plain(value, digits: 1))' \(value)")
    }
  }
  return ticks.joined(separator: ", ")
}
