import RealModule

/// The windows, steps and modes for a number of frames, shared by the threads.
struct ModeLayout: Sendable {
  /// More windows would cost time and add no information on slow motion.
  private static let mostWindows = 4096
  private static let mostModes = 1024
  /// Steps of which squares are compared between ions, and their cosine modes.
  private static let mostSteps = 64
  private static let mostActivities = 16
  /// A shorter step would show vibrations, ps.
  private static let shortestStep_ps = 1.0

  let windowFrames: Int
  let windowCount: Int
  let window_ps: Double
  let modeCount: Int
  let octaveCount: Int
  /// Windows of a step, and the number of places between steps.
  let stepWindows: Int
  let placeCount: Int
  let activityCount: Int
  let sine: SineTransform
  let stepSine: SineTransform?
  /// cos(π k (w + ½)/steps), [k][w].
  let cosines: [Double]

  /// - Throws: `AnalysisError.tooFewFrames` for fewer than two frames.
  init(frameCount: Int, frameInterval_ps: Double) throws {
    guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
    windowFrames = (frameCount + Self.mostWindows - 1) / Self.mostWindows
    windowCount = frameCount / windowFrames
    window_ps = Double(windowFrames) * frameInterval_ps
    let resolved = windowFrames == 1 ? windowCount / 2 : windowCount / 4
    modeCount = max(1, min(Self.mostModes, resolved, windowCount - 1))
    octaveCount = DisplacementModes.octave(modeCount) + 1
    sine = try SineTransform(length: windowCount - 1)
    let duration_ps = Double(windowCount) * window_ps
    let step_ps = max(Self.shortestStep_ps, duration_ps / Double(Self.mostSteps))
    stepWindows = max(1, Int(min((step_ps / window_ps).rounded(.up), Double(windowCount))))
    placeCount = windowCount / stepWindows
    let steps = placeCount - 1
    activityCount = steps >= 8 ? min(Self.mostActivities, steps / 2) + 1 : 0
    stepSine = activityCount > 0 ? try SineTransform(length: steps) : nil
    var cosines: [Double] = []
    for k in 0..<activityCount {
      for w in 0..<steps {
        cosines.append(Double.cos(Double.pi * Double(k) * (Double(w) + 0.5) / Double(steps)))
      }
    }
    self.cosines = cosines
  }

  var stepCount: Int { placeCount - 1 }
  /// Of the matrix of one ion's octaves.
  var rowCount: Int { octaveCount * DisplacementModes.componentCount }
  var productCount: Int { rowCount * (rowCount + 1) / 2 }
}

/// Sums over ions; the memory of one thread.
final class ModeSums {
  let layout: ModeLayout
  private var ionCount = 0
  /// [component][mode]
  private var power: [Double]
  private var products: [Double]
  /// Σ over ions of the cosine modes, and of their squares.
  private var activity: [Double]
  private var ionActivity: [Double]
  private var stepPower: [Double]
  private var windows: [Double]
  private var steps: [Double]
  private var octaves: [Double]
  private var octaveModes: [Double]
  private var scale: [Double]

  init(_ layout: ModeLayout) {
    self.layout = layout
    func zeros(_ count: Int) -> [Double] { [Double](repeating: 0, count: count) }
    power = zeros(DisplacementModes.componentCount * layout.modeCount)
    products = zeros(layout.productCount)
    activity = zeros(layout.activityCount)
    ionActivity = activity
    stepPower = zeros(layout.activityCount > 0 ? layout.stepCount : 0)
    windows = zeros(3 * layout.windowCount)
    steps = zeros(3 * max(0, layout.stepCount))
    octaves = zeros(layout.rowCount)
    octaveModes = zeros(layout.octaveCount)
    scale = (1...layout.modeCount).map { mode in
      1
        / (2 * layout.window_ps
          * DisplacementModes.response(
            mode: mode, windowCount: layout.windowCount, windowFrames: layout.windowFrames))
    }
    for mode in 1...layout.modeCount { octaveModes[DisplacementModes.octave(mode)] += 1 }
  }

  /// Replaces the sums by those of one ion.
  /// - Parameter path: [component][frame], Å.
  func set(path: UnsafePointer<Double>, frameCount: Int) {
    clear()
    ionCount = 1
    let n = layout.windowCount
    for component in 0..<3 {
      for window in 0..<n {
        let first = path + component * frameCount + window * layout.windowFrames
        windows[component * n + window] =
          layout.windowFrames == 1
          ? first[0] : sum(first, count: layout.windowFrames) / Double(layout.windowFrames)
      }
    }
    if layout.activityCount > 0 { addSteps() }
    for component in 0..<3 {
      for window in 0..<(n - 1) {
        windows[component * n + window] =
          windows[component * n + window + 1] - windows[component * n + window]
      }
      windows.withUnsafeMutableBufferPointer {
        layout.sine.transform(
          UnsafeMutableBufferPointer(rebasing: $0[(component * n)..<(component * n + n - 1)]))
      }
    }
    addModes()
  }

  private func addModes() {
    let n = layout.windowCount
    let modes = layout.modeCount
    for index in octaves.indices { octaves[index] = 0 }
    windows.withUnsafeBufferPointer { u in
      for mode in 0..<modes {
        let (x, y, z) = (u[mode], u[n + mode], u[2 * n + mode])
        let values = (x * x, y * y, z * z, y * z, x * z, x * y)
        let row = DisplacementModes.octave(mode + 1) * DisplacementModes.componentCount
        withUnsafeBytes(of: values) { bytes in
          for (component, value) in bytes.bindMemory(to: Double.self).enumerated() {
            let scaled = value * scale[mode]
            power[component * modes + mode] = scaled
            octaves[row + component] += scaled
          }
        }
      }
    }
    for index in octaves.indices { octaves[index] /= octaveModes[index / DisplacementModes.componentCount] }
    var at = 0
    for i in octaves.indices {
      for j in i..<octaves.count {
        products[at] = octaves[i] * octaves[j]
        at += 1
      }
    }
  }

  private func addSteps() {
    let count = layout.stepCount
    let n = layout.windowCount
    var squares = [Double](repeating: 0, count: count)
    for component in 0..<3 {
      func place(_ index: Int) -> Double {
        let first = component * n + index * layout.stepWindows
        return windows[first..<(first + layout.stepWindows)].reduce(0, +) / Double(layout.stepWindows)
      }
      var before = place(0)
      for step in 0..<count {
        let after = place(step + 1)
        steps[component * count + step] = after - before
        squares[step] += (after - before) * (after - before)
        before = after
      }
      steps.withUnsafeMutableBufferPointer {
        layout.stepSine?.transform(
          UnsafeMutableBufferPointer(rebasing: $0[(component * count)..<((component + 1) * count)]))
      }
      for step in 0..<count {
        stepPower[step] += steps[component * count + step] * steps[component * count + step]
      }
    }
    for k in 0..<layout.activityCount {
      var value = 0.0
      for step in 0..<count { value += squares[step] * layout.cosines[k * count + step] }
      activity[k] = value
      ionActivity[k] = value * value
    }
  }

  private func clear() {
    for index in activity.indices { activity[index] = 0 }
    for index in stepPower.indices { stepPower[index] = 0 }
  }

  /// Adds the sums over other ions.
  func add(_ other: ModeSums) {
    ionCount += other.ionCount
    func add(_ a: inout [Double], _ b: [Double]) { for index in a.indices { a[index] += b[index] } }
    add(&power, other.power)
    add(&products, other.products)
    add(&activity, other.activity)
    add(&ionActivity, other.ionActivity)
    add(&stepPower, other.stepPower)
  }

  /// - Precondition: at least one ion.
  func values() -> DisplacementModes {
    let ions = Double(max(1, ionCount))
    let modes = layout.modeCount
    return DisplacementModes(
      ionCount: ionCount, windowCount: layout.windowCount, window_ps: layout.window_ps,
      windowFrames: layout.windowFrames,
      diffusivity_A2_per_ps: (0..<DisplacementModes.componentCount).map { component in
        power[(component * modes)..<((component + 1) * modes)].map { $0 / ions }
      },
      products_A4_per_ps2: products.map { $0 / ions }, activity_A4: activity.map { $0 * $0 },
      ionActivity_A4: ionActivity, stepPower_A2: stepPower.map { $0 / ions })
  }
}
