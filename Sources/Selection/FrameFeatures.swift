import Foundation

/// What is kept of each frame: of the descriptors of its atoms the mean and the standard deviation, by element, and each element's
/// share of the atoms. The standard deviation is what tells a frame with one odd atom.
struct FrameFeatures {
  /// Of one element.
  private struct Table {
    /// The row of each frame that has the element; -1 for the others.
    var rowOfFrame: [Int32] = []
    /// `[row][2 descriptors + 1]`: means, deviations, share of atoms.
    var values: [Float] = []
  }

  /// Of an atom.
  let descriptorCount: Int
  private(set) var frameCount = 0
  private var tables: [String: Table] = [:]

  init(descriptorCount: Int) { self.descriptorCount = descriptorCount }

  /// - Parameter descriptors: of the frame's atoms by element, `[atom][descriptor]`.
  mutating func append(_ descriptors: [String: [Double]]) {
    let total = descriptors.values.reduce(0) { $0 + $1.count } / max(descriptorCount, 1)
    for (element, values) in descriptors {
      var table = tables[element] ?? Table()
      table.rowOfFrame += [Int32](repeating: -1, count: frameCount - table.rowOfFrame.count)
      table.rowOfFrame.append(Int32(table.values.count / (2 * descriptorCount + 1)))
      let (means, deviations) = Self.moments(values, width: descriptorCount)
      table.values += means.map { Float($0) } + deviations.map { Float($0) }
      table.values.append(Float(values.count / descriptorCount) / Float(total))
      tables[element] = table
    }
    frameCount += 1
  }

  private static func moments(_ values: [Double], width: Int) -> (means: [Double], deviations: [Double]) {
    var means = [Double](repeating: 0, count: width)
    var squares = means
    let atoms = Double(values.count / width)
    for (index, value) in values.enumerated() { means[index % width] += value / atoms }
    for (index, value) in values.enumerated() {
      let off = value - means[index % width]
      squares[index % width] += off * off / atoms
    }
    return (means, squares.map { $0.squareRoot() })
  }

  /// The features of all frames with mean 0 and standard deviation 1, or ½ where they are deviations themselves. Of an element that a frame lacks only the share tells, 0;
  /// its other features are those of the mean frame. Features that are the same in all frames are left out.
  func standardised() -> FeatureMatrix {
    var columns: [FeatureMatrix.Column] = []
    let tables = self.tables.sorted { $0.key < $1.key }.map { _, table in
      FeatureMatrix.Source(
        rowOfFrame: table.rowOfFrame
          + [Int32](repeating: -1, count: frameCount - table.rowOfFrame.count),
        values: table.values, width: 2 * descriptorCount + 1)
    }
    for (index, table) in tables.enumerated() {
      let rows = table.values.count / table.width
      for column in 0..<table.width {
        let isShare = column == 2 * descriptorCount
        // Frames without the element have a share of 0.
        let count = Double(isShare ? frameCount : rows)
        var mean = 0.0
        var size = 0.0
        // Deviations are small numbers with the rounding of the means.
        let sizeColumn = isShare ? column : column % descriptorCount
        for row in 0..<rows {
          mean += Double(table.values[row * table.width + column]) / count
          size = max(size, abs(Double(table.values[row * table.width + sizeColumn])))
        }
        var square = isShare ? Double(frameCount - rows) * mean * mean / count : 0
        for row in 0..<rows {
          let off = Double(table.values[row * table.width + column]) - mean
          square += off * off / count
        }
        let deviation = square.squareRoot()
        guard deviation > Self.rounding * size else { continue }
        let weight = isShare || column < descriptorCount ? 1 : Self.weightOfDeviations
        columns.append(
          FeatureMatrix.Column(
            source: index, column: column, mean: mean, scale: weight / deviation,
            absent: isShare ? -mean / deviation : 0))
      }
    }
    return FeatureMatrix(rowCount: frameCount, sources: tables, columns: columns)
  }

  /// The deviations of a few atoms scatter from frame to frame where the means hardly do; an odd atom is many times their scatter.
  private static let weightOfDeviations = 0.5
  /// Features are kept in single precision.
  private static let rounding = 1e-6
}

/// Standardised features, computed row by row from what is kept.
struct FeatureMatrix {
  /// The features of one element.
  struct Source {
    var rowOfFrame: [Int32]
    var values: [Float]
    var width: Int
  }

  struct Column {
    var source: Int
    var column: Int
    var mean: Double
    var scale: Double
    /// The value of a frame that lacks the element.
    var absent: Double
  }

  let rowCount: Int
  let sources: [Source]
  let columns: [Column]

  /// Calls `body` with each row in turn: its number and `columns.count` values.
  func forEachRow(_ body: (Int, [Double]) -> Void) {
    var row = [Double](repeating: 0, count: columns.count)
    for frame in 0..<rowCount {
      for (index, column) in columns.enumerated() {
        let source = sources[column.source]
        let at = Int(source.rowOfFrame[frame])
        row[index] =
          at < 0
          ? column.absent
          : (Double(source.values[at * source.width + column.column]) - column.mean) * column.scale
      }
      body(frame, row)
    }
  }
}
