import Foundation
import Testing

@testable import Forces

struct ArcCosineTests {
  /// Against the C library, over the whole range and near its ends, where acos becomes steep.
  @Test func matchesTheLibrary() {
    var points = (0...4000).map { -1 + Double($0) / 2000 }
    for k in 1...60 {
      points.append(1 - pow(2, -Double(k)))
      points.append(pow(2, -Double(k)) - 1)
    }
    for x in points {
      let found = arcCosine(SIMD8(repeating: x))
      for lane in 0..<8 { #expect(abs(found[lane] - acos(x)) < 2e-15, "acos \(x)") }
    }
  }
}
