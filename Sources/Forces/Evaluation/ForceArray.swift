import Mathematics

/// Forces on the own atoms of a rank, kept beside those in the atoms' arrays.
package final class ForceArray {
  /// eV/Å, by atom.
  package private(set) var values: UnsafeMutablePointer<Vector3>
  private var capacity = 1
  private var count = 0

  init() {
    values = .allocate(capacity: 1)
    values.initialize(to: .zero)
  }

  deinit { values.deallocate() }

  private func reserve(_ count: Int) {
    self.count = count
    guard count > capacity else { return }
    values.deallocate()
    capacity = count + count / 8
    values = .allocate(capacity: capacity)
  }

  func clear(count: Int) {
    reserve(count)
    values.initialize(repeating: .zero, count: count)
  }

  func set(_ forces: UnsafePointer<Vector3>, count: Int) {
    reserve(count)
    values.initialize(from: forces, count: count)
  }

  /// Adds these forces, times a factor, to others.
  func add(to forces: UnsafeMutablePointer<Vector3>, factor: Double) {
    for i in 0..<count { forces[i] += values[i] * factor }
  }
}
