import Mechanism
import Results

/// Four migration events with the rotation of the neighbouring anions (Tsai et al. 2023, Fig. 4). Nil without any.
/// - Parameter allRuns: the number of runs, where `runs` is a part of them.
func eventsFigure(_ runs: [RunSeries], of allRuns: Int? = nil, name: String) -> Figure? {
  let candidates = runs.flatMap { run in run.events.map { (run.run, $0) } }
  guard !candidates.isEmpty else { return nil }
  // From different runs where possible.
  let step = max(1, candidates.count / 4)
  let shown = stride(from: 0, to: candidates.count, by: step).prefix(4).map { candidates[$0] }
  var blocks = DataBlocks()
  var plots: [String] = []
  let kinds = Set(shown.flatMap(\.1.neighbours).map(\.kind)).sorted()
  for (run, event) in shown {
    if let plot = plot(event, of: run, kinds: kinds, in: &blocks) { plots.append(labels(plots.count) + plot) }
  }
  guard !plots.isEmpty else { return nil }
  let script =
    Gnuplot.preamble(name: name, width: 720, height: plots.count > 2 ? 620 : 320)
      + """
      set border 11 linecolor rgb '#5b6470'
      set xlabel 'time from the hop  (ps)'
      set ytics nomirror
      set y2tics nomirror
      set yrange [0:*]
      set y2range [0:180]
      set xtics 1
      set y2tics 60
      unset key
      \(legend(kinds))
      set multiplot layout \(plots.count > 2 ? 2 : 1),2 margins 0.12,0.87,\(plots.count > 2 ? "0.12,0.86" : "0.22,0.74") spacing 0.13,0.2

      """ + plots.joined() + "unset multiplot\n"
  return Figure(
    name: name, title: "Migration events",
    caption: """
      Single hops from site to site (thick, left axis) and the rotation of the two nearest anions of each kind \
      since 2 ps before (right axis, the second dashed; Tsai et al. 2023, Fig. 4). More are in migration-events.csv\(allRuns.map { ", of \(runs.count) of \($0) runs, evenly spaced" } ?? "").
      """,
    data: blocks.text, script: script)
}

/// The axes' names, outside of both columns.
private func labels(_ place: Int) -> String {
  place % 2 == 0
    ? "set ylabel 'displacement of the ion  (Å)' offset 1,0\nset y2label ''\n"
    : "set ylabel ''\nset y2label 'rotation of the anion  (°)' offset -1,0\n"
}

/// One legend for all, above them: names in the colours of the lines.
private func legend(_ kinds: [String]) -> String {
  let names = [("ion", "#1f2730")] + kinds.enumerated().map { ($1, Palette.set($0)) }
  return names.enumerated().map { index, name in
    "set label \(index + 1) \(Gnuplot.literal(name.0)) at screen \(0.12 + 0.16 * Double(index)), screen 0.965 "
      + "textcolor rgb '\(name.1)' font ',15'"
  }.joined(separator: "\n")
}

/// The plot of one event; nil without rows.
/// - Parameter kinds: of all events that are drawn.
private func plot(
  _ event: MigrationEvent, of run: String, kinds: [String], in blocks: inout DataBlocks
) -> String? {
  let neighbours = Array(event.neighbours.prefix(6))
  let time = "\(NumberText.short(event.time_ps)) ps"
  let rows = event.relativeTimes_ps.indices.map { i -> [Double?] in
    [event.relativeTimes_ps[i], event.displacement_A.element(i)]
      + neighbours.map { $0.angle_degrees.element(i) }
  }
  guard
    let block = blocks.append(
      "\(run), ion \(event.ion) at \(time)",
      columns: "time(ps) displacement(A) angles(degrees) of "
        + neighbours.map { "\($0.kind)-\($0.anion)" }.joined(separator: " "), rows: rows)
  else { return nil }
  var lines = ["data index \(block) using 1:2 with lines linewidth 2.4 linecolor rgb '#1f2730' notitle"]
  for (index, neighbour) in neighbours.enumerated() {
    let colour = Palette.set(kinds.firstIndex(of: neighbour.kind) ?? 0)
    let isSecond = neighbours.prefix(index).contains { $0.kind == neighbour.kind }
    lines.append(
      "data index \(block) using 1:\(index + 3) axes x1y2 with lines linewidth 1.3 "
        + "dashtype \(isSecond ? 2 : 1) linecolor rgb '\(colour)' notitle")
  }
  return "set title \(Gnuplot.literal("\(run), \(time)")) textcolor rgb '#1f2730' font ',14'\n"
    + Gnuplot.plot(lines)
}
