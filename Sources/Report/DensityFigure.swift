import Foundation
import Results

/// Slices through the densities at a set's highest temperature. Nil without any.
/// - Parameter mobile: the species that comes first, and that the view in 3-D begins with; nil for the order of the results.
func densityFigure(_ set: SetCurves, mobile: String?, suffix: String, label: String) -> Figure? {
  let hottest = set.temperatures.filter { !$0.slices.isEmpty }.max { $0.temperature_K < $1.temperature_K }
  guard let hottest else { return nil }
  let slices = Array(putFirst(mobile, in: hottest.slices, \.species).prefix(4))
  var data: [String] = []
  var plots: [String] = []
  for slice in slices {
    let angle = slice.gamma_degrees * Double.pi / 180
    let n = (slice.values.count, slice.values.first?.count ?? 0)
    guard n.0 > 1, n.1 > 1 else { continue }
    // Scans separated by a blank line, with the first point repeated at the end to close the cell.
    let scans = (0...n.0).map { i in
      (0...n.1).map { j -> String in
        let (u, v) = (Double(i) / Double(n.0), Double(j) / Double(n.1))
        let x = u * slice.a_A + v * slice.b_A * cos(angle)
        let y = v * slice.b_A * sin(angle)
        let value = Double(slice.values[i % n.0][j % n.1])
        return [x, y, value].map { NumberText.data($0) }.joined(separator: " ")
      }.joined(separator: "\n")
    }
    data.append(
      "# \(Gnuplot.oneLine("\(slice.species), \(slice.title)"))\n" + scans.joined(separator: "\n\n") + "\n")
    plots.append(
      """
      set title \(Gnuplot.literal("\(slice.species), \(slice.title)")) textcolor rgb '#1f2730'
      splot data index \(data.count - 1) using 1:2:3 with pm3d notitle

      """)
  }
  guard !plots.isEmpty else { return nil }
  let (name, rows) = ("density" + suffix, (plots.count + 1) / 2)
  let script =
    Gnuplot.preamble(name: name, width: 720, height: 350 * rows)
      + """
      set style fill solid 1 noborder
      set pm3d map
      set size ratio -1
      set palette defined (0 '#ffffff', 0.15 '#cfe0f3', 0.5 '#4a7dbe', 1 '#5a1240')
      set xtics \(step(slices.map(\.a_A)))
      set ytics \(step(slices.map(\.b_A)))
      set xlabel 'a  (Å)' offset 0,0.5
      set ylabel 'b  (Å)'
      set cblabel 'atoms per Å^3' offset 1,0
      set format cb '%.2g'
      set lmargin -1
      set rmargin -1
      set bmargin -1
      set multiplot layout \(rows),2

      """ + plots.joined() + "unset multiplot\n"
  return Figure(
    name: name, title: "Density in the unit cell",
    caption: """
      At \(NumberText.short(hottest.temperature_K)) K, all copies of the unit cell folded into one and smoothed by 0.2 Å: the mean \
      along c, and a section through the highest value. The full grids are in results/density as Gaussian cube files.
      """,
    data: data.joined(separator: "\n\n"), script: script,
    view: hottest.view.flatMap { cellScript($0, mobile: mobile) })
}

/// The elements of one species, then the others, each in their order.
private func putFirst<Element>(
  _ species: String?, in elements: [Element], _ name: (Element) -> String
) -> [Element] {
  elements.filter { name($0) == species } + elements.filter { name($0) != species }
}

/// What `cell.js` draws, as the text of a script element. Nothing in it can end the element or begin another.
private func cellScript(_ view: CellView, mobile: String?) -> String? {
  var view = view
  view.volumes = putFirst(mobile, in: view.volumes, \.species)
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(view) else { return nil }
  return String(decoding: data, as: UTF8.self).escapedForScript
}

/// Between ticks of axes of these lengths: some three of them.
private func step(_ lengths_A: [Double]) -> Double {
  let third = (lengths_A.max() ?? 1) / 3
  return [1, 2, 5, 10, 20, 50].last { $0 <= max(1, third) } ?? 1
}
