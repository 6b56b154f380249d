/// Colours that can be told apart in print and by colour-blind readers.
package enum Palette {
  /// For Arrhenius sets, in turn.
  package static func set(_ index: Int) -> String {
    let colours = ["#0b4f8a", "#d9722e", "#1b8a5a", "#7a3a8c", "#b8860b", "#3d4652", "#c2558f", "#38a3a5"]
    return colours[index % colours.count]
  }

  /// Point types, which change when the colours repeat.
  static func point(_ index: Int) -> Int { [7, 5, 9, 13, 11][(index + index / 8) % 5] }

  /// From dark blue to light orange for value `index` of `count`: lightness rises, so that the order is seen in grey, and with any
  /// colour vision (the lower part of matplotlib's plasma).
  static func heat(_ index: Int, of count: Int) -> String {
    let stops: [SIMD3<Double>] = [
      [13, 8, 135], [92, 1, 166], [156, 23, 158], [203, 70, 121], [237, 121, 83],
    ]
    let x = count > 1 ? Double(index) / Double(count - 1) * Double(stops.count - 1) : 0
    let lower = min(Int(x), stops.count - 2)
    let mix = stops[lower] + (stops[lower + 1] - stops[lower]) * (x - Double(lower))
    return "#" + (0..<3).map { hex(Int(mix[$0].rounded())) }.joined()
  }

  private static func hex(_ n: Int) -> String {
    let text = String(n, radix: 16)
    return text.count < 2 ? "0" + text : text
  }
}
