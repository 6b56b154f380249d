import Foundation

/// The numbers of a plot, which the page shows under the pointer.
package struct PlotValues: Sendable {
  private struct Series: Encodable {
    var name: String
    var colour: String
    var dots: Bool
    /// x, y, low and high end of the error bar; 0 for no end.
    var points: [[Double]]
  }

  private struct File: Encodable {
    var title: String
    var x: String
    var y: String
    var xlog: Bool
    var ylog: Bool
    var series: [Series]
  }

  /// The names of the axes, with their units.
  private let x: String
  private let y: String
  private let isLogarithmic: (x: Bool, y: Bool)
  private var series: [Series] = []

  /// More points could not be told apart.
  private static let mostPoints = 150

  init(x: String, y: String, isLogarithmic: (x: Bool, y: Bool)) {
    (self.x, self.y, self.isLogarithmic) = (x, y, isLogarithmic)
  }

  /// A row of ``add(_:_:_:dots:)``.
  static func point(_ x: Double, _ y: Double, _ error: Double?) -> [Double?] {
    [x, y, error.map { y - $0 }, error.map { y + $0 }]
  }

  /// Adds rows of x, y, low and high end of the error bar.
  mutating func add(_ name: String, _ colour: String, _ rows: [[Double?]], dots: Bool = false) {
    let every = max(1, (rows.count + Self.mostPoints - 1) / Self.mostPoints)
    let points = rows.enumerated().filter { $0.offset % every == 0 }.compactMap { _, row -> [Double]? in
      guard row.count >= 2, let x = row[0]?.ifFinite, let y = row[1]?.ifFinite else { return nil }
      guard row.count >= 4, let low = row[2]?.ifFinite, let high = row[3]?.ifFinite else { return [x, y] }
      return [x, y, low, high].map(Self.rounded)
    }
    if !points.isEmpty { series.append(Series(name: name, colour: colour, dots: dots, points: points)) }
  }

  /// Four digits are more than a screen shows.
  private static func rounded(_ x: Double) -> Double { Double(String(format: "%.4g", x)) ?? x }

  /// The text of a script element; nil where there is nothing to show.
  func json(title: String) -> String? {
    guard !series.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let file = File(title: title, x: x, y: y, xlog: isLogarithmic.x, ylog: isLogarithmic.y, series: series)
    guard let data = try? encoder.encode(file) else { return nil }
    return String(decoding: data, as: UTF8.self).escapedForScript
  }
}

extension String {
  /// JSON as the text of a script element: nothing in it can end the element or begin another.
  var escapedForScript: String {
    replacing("<", with: "\\u003c").replacing("&", with: "\\u0026").replacing(">", with: "\\u003e")
  }
}
