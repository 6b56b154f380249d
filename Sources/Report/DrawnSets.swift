/// Which sets figures show: of more than `most` a part, evenly spaced, as more can't be told apart and each set has
/// figures of its own.
enum DrawnSets {
  static let most = 24

  static func contains(_ index: Int, of count: Int) -> Bool { index % step(count) == 0 }

  /// The caption's sentence about sets that are left out; empty where none are.
  static func note(_ count: Int) -> String {
    let step = step(count)
    return step == 1 ? "" : " Shown are \((count + step - 1) / step) of \(count) sets, evenly spaced."
  }

  private static func step(_ count: Int) -> Int { max(1, (count + most - 1) / most) }
}
