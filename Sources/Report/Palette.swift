/// Colours that can be told apart in print and by colour-blind readers.
package enum Palette {
  /// For Arrhenius sets, in turn.
  package static func set(_ index: Int) -> String {
    let colours = ["#0b6e99", "#c8452c", "#3a7d44", "#8a4f9e", "#c98a16", "#4b5563", "#b5467f", "#1f9e94"]
    return colours[index % colours.count]
  }

  /// Point types, which change when the colours repeat.
  static func point(_ index: Int) -> Int { [7, 5, 9, 13, 11][(index + index / 8) % 5] }

  /// From cold blue to hot orange for value `index` of `count`.
  static func heat(_ index: Int, of count: Int) -> String {
    let stops: [SIMD3<Double>] = [
      [37, 76, 160], [74, 125, 190], [122, 82, 158], [190, 62, 96], [224, 118, 40],
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
