/// The sets that figures show: an evenly spaced subset where there are more than `most`, which could not be
/// told apart and have figures of their own.
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
