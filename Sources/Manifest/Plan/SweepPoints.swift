import Support
import Units

/// A point of a sweep with one replica: what one run is made for.
struct SweepPoint: Hashable {
  /// The axes other than temperature and replica, the slowest first.
  var axes: [RunSpecification.Coordinate]
  var temperature_K: Double
  var replica: Int

  /// Its value on an axis, as written; nil where it has none.
  func value(on path: String) -> String? {
    switch path {
    case Sweep.temperature: Quantity.print(temperature_K, as: .temperature)
    case Sweep.replica: String(replica)
    default: axes.first { $0.axis == path }?.value
    }
  }

  /// For messages.
  var text: String {
    let all =
      axes.map { ($0.axis, $0.value) } + [Sweep.temperature, Sweep.replica].map { ($0, value(on: $0) ?? "") }
    return "{" + all.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
  }
}

/// The points of a sweep, in the order of the runs: those of the grid, in which replica varies fastest, then temperature,
/// then the other axes; then those beside the grid.
struct SweepPoints {
  private(set) var points: [SweepPoint] = []
  /// Indices of the mappings of `exclude` that match no point.
  private(set) var idleExclusions: [Int] = []

  /// - Parameter temperature_K: of points whose sweep gives none.
  /// - Throws: ``InputError`` for no temperature, too many points, and for points that occur twice; without a place.
  init(_ sweep: Sweep, temperature_K single: Double?) throws {
    if sweep.hasGrid { try addGrid(sweep, single) }
    for selection in sweep.included { try add(selection, sweep, single) }
    guard !points.isEmpty else {
      throw InputError(
        key: "sweep.exclude", found: "every point of the grid", wanted: "at least one that is left")
    }
    var seen: Set<SweepPoint> = []
    for point in points {
      var unordered = point
      unordered.axes.sort { $0.axis < $1.axis }
      guard seen.insert(unordered).inserted else {
        throw InputError(
          key: "sweep.include", found: "the point \(point.text) twice", wanted: "each point once")
      }
    }
  }

  private mutating func addGrid(_ sweep: Sweep, _ single: Double?) throws {
    let sizes = sweep.dimensions.map(\.count) + [max(1, sweep.temperatures_K.count), sweep.replicas.count]
    try Self.check(size: sizes)
    var matched = Set<Int>()
    for axes in Self.product(sweep.dimensions) {
      let own = axes.first { $0.axis == Sweep.temperature }
      let temperatures = try own.map { [try Self.kelvin($0.value)] } ?? Self.temperatures(sweep, single)
      let others = axes.filter { $0.axis != Sweep.temperature }
      for temperature_K in temperatures {
        for replica in sweep.replicas {
          let point = SweepPoint(axes: others, temperature_K: temperature_K, replica: replica)
          let exclusions = sweep.excluded.indices.filter { Self.matches(point, sweep.excluded[$0]) }
          matched.formUnion(exclusions)
          if exclusions.isEmpty { points.append(point) }
        }
      }
    }
    idleExclusions = sweep.excluded.indices.filter { !matched.contains($0) }
  }

  /// The points of one mapping of `include`: a small grid of its own.
  private mutating func add(_ selection: [Sweep.Axis], _ sweep: Sweep, _ single: Double?) throws {
    func values(_ path: String) -> [String]? { selection.first { $0.path == path }?.values }
    // In the order of the sweep, so that they are in one set with the points of the grid.
    let order = sweep.axes.map(\.path)
    let known = order.compactMap { path in selection.first { $0.path == path } }
    let others = selection.filter {
      ![Sweep.temperature, Sweep.replica].contains($0.path) && !order.contains($0.path)
    }
    let temperatures = try values(Sweep.temperature)?.map(Self.kelvin) ?? Self.temperatures(sweep, single)
    let replicas = values(Sweep.replica)?.compactMap { Int($0) } ?? sweep.replicas
    let dimensions = (known + others).map { Sweep.Dimension(axes: [$0]) }
    try Self.check(
      size: dimensions.map(\.count) + [temperatures.count, replicas.count], beside: points.count)
    for axes in Self.product(dimensions) {
      for temperature_K in temperatures {
        points += replicas.map { SweepPoint(axes: axes, temperature_K: temperature_K, replica: $0) }
      }
    }
  }

  private static func temperatures(_ sweep: Sweep, _ single: Double?) throws -> [Double] {
    if !sweep.temperatures_K.isEmpty { return sweep.temperatures_K }
    guard let single else {
      throw InputError(
        key: "sweep.temperature", found: "nothing",
        wanted: "the temperatures here, or a single one as dynamics.temperature")
    }
    return [single]
  }

  private static func kelvin(_ text: String) throws -> Double {
    guard let value = try? Quantity.parse(text, as: .temperature) else {
      throw InputError(key: "sweep.temperature", found: "'\(text)'", wanted: "a temperature")
    }
    return value
  }

  /// Before memory is taken for them.
  private static func check(size: [Int], beside others: Int = 0) throws {
    var count = 1
    var isExact = true
    for factor in size {
      let (product, overflows) = count.multipliedReportingOverflow(by: factor)
      isExact = isExact && !overflows
      count = overflows ? .max : product
    }
    guard isExact, count <= maximumRuns - others else {
      throw InputError(
        key: "sweep", found: isExact ? "\(count + others) runs" : "too many runs",
        wanted: "at most \(maximumRuns)")
    }
  }

  private static func product(_ dimensions: [Sweep.Dimension]) -> [[RunSpecification.Coordinate]] {
    dimensions.reduce([[]]) { left, dimension in
      left.flatMap { before in
        (0..<dimension.count).map { index in
          before + dimension.axes.map { RunSpecification.Coordinate(axis: $0.path, value: $0.values[index]) }
        }
      }
    }
  }

  private static func matches(_ point: SweepPoint, _ selection: [Sweep.Axis]) -> Bool {
    selection.allSatisfy { axis in point.value(on: axis.path).map(axis.values.contains) ?? false }
  }
}
