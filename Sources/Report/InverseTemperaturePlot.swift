import Results

/// A figure over 1000/T with a logarithmic y axis, to which sets are added one by one: the Arrhenius plot and the
/// conductivities.
struct InverseTemperaturePlot {
  /// How one set is drawn.
  struct SetStyle {
    var label: String
    var colour: String
    var pointType: Int
    /// The legend's entry as a gnuplot string.
    var title: String
  }

  var blocks = DataBlocks()
  /// Elements of the plot command, drawn in this order.
  var bands: [String] = []
  var lines: [String] = []
  var marks: [String] = []
  /// Values that decide the ranges of the axes.
  private var inverse: [Double] = []
  private var heights: [Double] = []
  /// A long legend is beside the axes, and x has fewer ticks.
  let hasManySets: Bool

  init(setCount: Int) { hasManySets = setCount > 4 }

  /// Extends the ranges of the axes.
  mutating func include(x: [Double?], y: [Double?]) {
    inverse += x.compactMap(\.self)
    heights += y.compactMap(\.self)
  }

  /// Extends the ranges by the first column of rows as x and all others as y.
  mutating func include(_ rows: [[Double?]]) {
    include(x: rows.compactMap { $0[0] }, y: rows.flatMap { $0.dropFirst() })
  }

  /// Points with one standard error: rows of x, y, low, high.
  /// - Returns: whether there are any.
  mutating func addPoints(
    _ rows: [[Double?]], name: String, columns: String, style: SetStyle, title: String
  ) -> Bool {
    guard let block = blocks.append("\(style.label): \(name)", columns: columns, rows: rows) else {
      return false
    }
    marks.append(
      "data index \(block) using 1:2:3:4 with yerrorbars pointtype \(style.pointType) "
        + "pointsize 0.75 linewidth 1.3 linecolor rgb '\(style.colour)' \(title)")
    return true
  }

  /// The ranges of the axes; nil where nothing is drawn.
  func ranges(padding: Double) -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
    guard let x = AxisTicks.padded(inverse, by: padding), let y = AxisTicks.decades(heights) else {
      return nil
    }
    return (x, y)
  }

  /// The gnuplot script.
  /// - Parameter definitions: lines before those of the axes.
  func script(
    name: String, height: Int, x: ClosedRange<Double>, y: ClosedRange<Double>, yLabel: String,
    definitions: String = ""
  ) -> String {
    Gnuplot.preamble(name: name, width: 720, height: height) + definitions
      + """
      set border 7
      set logscale y
      set format y '10^{%L}'
      set xrange [\(x.lowerBound):\(x.upperBound)]
      set x2range [\(x.lowerBound):\(x.upperBound)]
      set yrange [\(y.lowerBound):\(y.upperBound)]
      set xlabel '1000 / T  (K^{−1})'
      set x2label 'T  (K)' offset 0,-0.4
      set x2tics \(AxisTicks.temperatures(over: x, most: hasManySets ? 9 : 14))
      set ylabel '\(yLabel)'
      \(Gnuplot.key(isBeside: hasManySets))

      """ + Gnuplot.plot(bands + lines + marks)
  }

  /// A row of `addPoints` with a bar of one standard error.
  ///
  /// A bar that reaches zero has no lower end on a logarithmic axis: it is drawn to a thousandth of the value, out
  /// of the figure.
  static func row(temperature_K: Double, value: Double, error: Double?) -> [Double?] {
    let error = error?.ifFinite ?? 0
    return [1000 / temperature_K, value, max(value - error, value * 1e-3), value + error]
  }
}
