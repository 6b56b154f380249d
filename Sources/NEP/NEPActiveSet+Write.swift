import Foundation
import Model
import Support

extension NEPActiveSet {
  /// - Parameter factors: by element, `[place][number]`.
  init(_ model: NEPModel, factors: [String: [Double]]) {
    source = "of \(model.source)"
    size = model.neuronCount * (model.descriptorCount + 2)
    elements = factors.keys.sorted()
    self.factors = factors
  }

  /// Writes an `.asi` file, which GPUMD and `init(path:model:order:)` read: for each element a line with its symbol, rows and
  /// columns, then the numbers of the inverse, one a line.
  /// - Throws: `InputError`, `FileError`.
  package func write(to path: String, order: ActiveSetOrder = .rows) throws {
    try OutputFile.write(to: path) { write in
      for (element, factors) in factors.sorted(by: { $0.key < $1.key }) {
        try write(Data("\(element) \(size) \(size)\n".utf8))
        for row in 0..<size {
          var lines = ""
          for column in 0..<size {
            // The inverse has the numbers of the projection as rows, and the places of the set as columns.
            let index = order == .rows ? column * size + row : row * size + column
            lines += "\(factors[index])\n"
          }
          try write(Data(lines.utf8))
        }
      }
    }
  }
}
