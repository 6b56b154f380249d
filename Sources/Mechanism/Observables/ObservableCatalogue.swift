import Statistics

/// The names and units of the observables, and the sources of their definitions.
package enum ObservableCatalogue {
  /// An observable as a function of another quantity.
  package struct Curve: Sendable {
    package let name: String
    package let title: String
    package let x: String
    package let xUnit: String
    package let y: String
    package let yUnit: String
    /// What is shown and by which definition, for a figure's caption.
    package let caption: String
    package var xIsLogarithmic = false
    package var yIsLogarithmic = false
    /// Values of x to mark.
    package var marks: [Double] = []
    /// The range of x to draw; nil for all.
    package var range: ClosedRange<Double>?
    /// The upper end of a figure's axis, even if single bins exceed it; nil for the highest value.
    package var highest: Double?
  }

  /// A number.
  package struct Value: Sendable {
    package let name: String
    package let title: String
    package let unit: String
    /// A probability: runs are combined, not averaged.
    package var isProbability = false
    /// The relaxation time of a correlation function.
    package var isCorrelationTime = false
    /// Of a set of temperatures, not of one of them.
    package var isOfSet = false
    /// That its interval is symmetric on.
    package var scale = IntervalScale.real
  }

  package static func curve(_ name: String) -> Curve? { curves.first { $0.name == name } }
  package static func value(_ name: String) -> Value? { values.first { $0.name == name } }
  static func unit(ofValue name: String) -> String { value(name)?.unit ?? "1" }

  package static let curves: [Curve] = structure + motion + rotation + spectra

  private static let structure: [Curve] = [
    Curve(
      name: "pair-distribution", title: "Pair distribution g(r)", x: "distance", xUnit: "Å", y: "g(r)",
      yUnit: "1",
      caption: "Of mobile ions about the anions' centres of mass, and about each other."),
    Curve(
      name: "coordination", title: "Running coordination n(r)", x: "distance", xUnit: "Å",
      y: "mobile ions within r", yUnit: "1",
      caption: "Mobile ions nearer than r to an anion's centre, or to a mobile ion.", range: 0...8),
    Curve(
      name: "coordination-distribution", title: "Instantaneous coordination",
      x: "mobile ions in the first shell", xUnit: "1", y: "probability", yUnit: "1",
      caption:
        "How often an anion has so many mobile ions in its first shell at one instant (Kweon et al. 2017, Fig. 3b)."
    ),
    Curve(
      name: "cation-angles", title: "Cation–anion–cation angles", x: "angle", xUnit: "°",
      y: "probability density", yUnit: "1/°",
      caption:
        "Both legs in the same range of distance, each with a third of the first shell; not divided by sin θ. Marked: angles between C3 axes of an icosahedron (Kweon et al. 2017, Fig. 5).",
      marks: CationAngles.icosahedron_degrees),
  ]

  private static let motion: [Curve] = [
    Curve(
      name: "msd-in-run", title: "Mean squared displacement, taken during the run", x: "time", xUnit: "ps",
      y: "⟨|Δr|²⟩", yUnit: "Å²",
      caption:
        "Of mobile ions and anions' centres, correlated by the engine while it ran: no stored trajectory is needed.",
      xIsLogarithmic: true, yIsLogarithmic: true),
    Curve(
      name: "van-hove-self", title: "van Hove, self part", x: "distance", xUnit: "Å", y: "4πr²G_s(r, t)",
      yUnit: "1/Å",
      caption: "Probability that a mobile ion has moved by r in a time t; its integral over r is 1."),
    Curve(
      name: "van-hove-distinct", title: "van Hove, distinct part", x: "distance", xUnit: "Å",
      y: "G_d(r, t)/ρ", yUnit: "1",
      caption:
        "Density of the other mobile ions a time t later about the place of an ion, over the mean density ρ = (N − 1)/V: 1 far away.",
      highest: 4
    ),
    Curve(
      name: "refilling", title: "Refilling of a left place", x: "time", xUnit: "ps",
      y: "G_d(r < 1 Å, t)/ρ", yUnit: "1",
      caption:
        "Density of other mobile ions within 1 Å of where an ion was a time t before, over the mean (Kweon et al. 2017, Fig. S3: begins near 0.5 ps at 800 K in Li2B12H12).",
      xIsLogarithmic: true),
    Curve(
      name: "non-gaussian", title: "Non-Gaussian parameter", x: "time", xUnit: "ps", y: "α₂", yUnit: "1",
      caption: "3⟨r⁴⟩/(5⟨r²⟩²) − 1 of the mobile ions' displacements; 0 for Brownian motion.",
      xIsLogarithmic: true),
    Curve(
      name: "collective-displacement", title: "Collective displacement of the charge", x: "time", xUnit: "ps",
      y: "⟨|Σ Δr|²⟩/N", yUnit: "Å²",
      caption:
        "Of the sum over all mobile ions, per ion, against the anions: 6 D_σ t in the long run; D/D_σ is the Haven ratio.",
      xIsLogarithmic: true, yIsLogarithmic: true),
    Curve(
      name: "residence", title: "Residence at a site", x: "time", xUnit: "ps", y: "share still there",
      yUnit: "1",
      caption:
        "Share of the stays at sites of the cation density that last longer than t, of those that begin in the run; those that its end cuts short count as far as they last (Kaplan and Meier).",
      yIsLogarithmic: true),
    Curve(
      name: "migration-ion", title: "Migration events: the ion", x: "time from the hop", xUnit: "ps",
      y: "displacement", yUnit: "Å",
      caption: "Mean distance of a hopping ion from where it was 2 ps before the hop, over all events."),
    Curve(
      name: "migration-anions", title: "Migration events: the anions beside it", x: "time from the hop",
      xUnit: "ps", y: "turn rate over the mean", yUnit: "1",
      caption:
        "Angular speed of the anions next to a hop, over the mean of all anions of the kind at the same instants: above 1, they turn with the ion (after Tsai et al. 2023, Fig. 4)."
    ),
  ]

  private static let rotation: [Curve] = [
    Curve(
      name: "rotation-1", title: "Orientation correlation C₁", x: "time", xUnit: "ps", y: "C₁(t)", yUnit: "1",
      caption:
        "⟨u(0)·u(t)⟩ of the unit vectors from an anion's centre of mass to its hydrogens, from a quaternion fitted to the whole anion.",
      xIsLogarithmic: true),
    Curve(
      name: "rotation-2", title: "Orientation correlation C₂", x: "time", xUnit: "ps", y: "C₂(t)", yUnit: "1",
      caption: "⟨(3 (u(0)·u(t))² − 1)/2⟩ of the same vectors: what NMR sees.", xIsLogarithmic: true),
    Curve(
      name: "rotation-axes", title: "C₁ of the principal axes", x: "time", xUnit: "ps", y: "C₁(t)",
      yUnit: "1",
      caption:
        "Of the principal axes of inertia of anions that are no spherical tops; of a linear anion, its only axis.",
      xIsLogarithmic: true),
    Curve(
      name: "angular-displacement", title: "Angular displacement", x: "time", xUnit: "ps", y: "mean angle",
      yUnit: "°",
      caption:
        "Mean angle of the turn of whole anions, 0 to 180°; 126.5° when all is forgotten, 90° for a linear anion.",
      xIsLogarithmic: true),
    Curve(
      name: "rotation-speed", title: "Rotation measure of Oh and others", x: "τ", xUnit: "ps",
      y: "Σ|Δr − Δr_com|/(n R)", yUnit: "1",
      caption:
        "Oh et al., eq. 5: R the distance of the outermost atom; it has no 1/τ and saturates (at 4/3 for atoms at R), so τ is the axis.",
      xIsLogarithmic: true),
    Curve(
      name: "jump-angles", title: "Angles of reorientation jumps", x: "angle", xUnit: "°",
      y: "probability density", yUnit: "1/°",
      caption:
        "Between the mean orientations before and after a turn of more than 35° that lasts for 0.2 ps or more."
    ),
    Curve(
      name: "rotation-1-in-run", title: "C₁, taken during the run", x: "time", xUnit: "ps", y: "C₁(t)",
      yUnit: "1",
      caption: "The same as C₁ above, correlated by the engine while it ran: no stored trajectory is needed.",
      xIsLogarithmic: true),
    Curve(
      name: "rotation-2-in-run", title: "C₂, taken during the run", x: "time", xUnit: "ps", y: "C₂(t)",
      yUnit: "1", caption: "The same as C₂ above, correlated by the engine while it ran.",
      xIsLogarithmic: true),
  ]

  private static let spectra: [Curve] = [
    Curve(
      name: "velocity-spectrum", title: "Power spectra of the velocities", x: "frequency", xUnit: "THz",
      y: "spectral density", yUnit: "1/THz",
      caption:
        "Of mobile ions, anions' centres of mass, and the anions' atoms by element, from correlations taken during the run; each has unit area up to the highest frequency (Kweon et al. 2017, Fig. 7a, b).",
      range: 0...100),
    Curve(
      name: "angular-spectrum", title: "Power spectra of the angular velocities", x: "frequency",
      xUnit: "THz",
      y: "spectral density", yUnit: "1/THz",
      caption:
        "Of whole anions (I⁻¹L) and of single atoms (r × v/r²), each of unit area (Kweon et al. 2017, Fig. 7c).",
      range: 0...40),
  ]

  package static let values: [Value] = [
    Value(name: "first-shell", title: "first shell", unit: "Å"),
    Value(
      name: "model-deviation", title: "disagreement of the models on forces, r.m.s.", unit: "eV/Å",
      scale: .positive),
    Value(name: "largest-model-deviation", title: "the largest disagreement of the models", unit: "eV/Å"),
    Value(name: "extrapolation-grade", title: "extrapolation grade γ, mean", unit: "1", scale: .positive),
    Value(name: "largest-extrapolation-grade", title: "the largest extrapolation grade", unit: "1"),
    Value(name: "atoms-outside-training", title: "atoms outside of the training set (γ > 1)", unit: "1"),
    Value(name: "coordination-number", title: "mobile ions in the first shell", unit: "1", scale: .positive),
    Value(name: "cation-angles-radius", title: "outer radius of the angles' range", unit: "Å"),
    Value(name: "interstice-share", title: "P₁, share of the mobile ions", unit: "1", scale: .share),
    Value(name: "interstice-occupation", title: "P₂, occupation of a site", unit: "1", scale: .share),
    Value(name: "interstices-per-cation", title: "interstices for each mobile ion", unit: "1"),
    Value(name: "interstice-raw-weight", title: "weight before normalisation", unit: "1", scale: .positive),
    Value(name: "site-entropy", title: "site entropy S̃", unit: "k_B", scale: .positive),
    Value(name: "haven-ratio", title: "Haven ratio", unit: "1", scale: .positive),
    Value(
      name: "collective-diffusivity", title: "collective diffusivity D_σ", unit: "Å²/ps", scale: .positive),
    Value(name: "correlation-time-1", title: "rotation time τ₁, fitted", unit: "ps", isCorrelationTime: true),
    Value(name: "correlation-time-2", title: "rotation time τ₂, fitted", unit: "ps", isCorrelationTime: true),
    Value(name: "crossing-time-1", title: "C₁ falls to 1/e", unit: "ps"),
    Value(name: "crossing-time-2", title: "C₂ falls to 1/e", unit: "ps"),
    Value(name: "rotation-plateau-1", title: "plateau of C₁", unit: "1"),
    Value(name: "rotation-plateau-2", title: "plateau of C₂", unit: "1"),
    Value(name: "rotation-stretching-1", title: "exponent β of C₁", unit: "1"),
    Value(name: "rotation-stretching-2", title: "exponent β of C₂", unit: "1"),
    Value(
      name: "rotation-activation-energy", title: "activation energy of rotation, from τ₂", unit: "eV",
      isOfSet: true),
    Value(name: "reorientation-rate", title: "reorientation jumps of an anion", unit: "1/ps"),
    Value(name: "sites-per-cation", title: "density sites for each mobile ion", unit: "1"),
    Value(name: "hop-rate", title: "hops of an ion between sites", unit: "1/ps"),
    Value(name: "hop-length", title: "hop length (r.m.s.)", unit: "Å", scale: .positive),
    Value(name: "residence-time", title: "mean residence at a site", unit: "ps"),
    Value(name: "residence-exponent", title: "exponent of stays (Weibull; 1: no memory)", unit: "1"),
    Value(name: "correlation-factor", title: "correlation factor f", unit: "1"),
    Value(
      name: "synchrony", title: "turn of the anions beside a hop over the mean", unit: "1", scale: .positive),
    Value(name: "synchrony-p", title: "chance of as much by shuffled events", unit: "1", isProbability: true),
    Value(name: "migration-events", title: "migration events", unit: "1"),
    Value(name: "spectrum-low", title: "spectral weight below 6 THz", unit: "1"),
    Value(name: "spectrum-cage", title: "spectral weight 6–30 THz", unit: "1"),
    Value(name: "spectrum-stretch", title: "spectral weight above 60 THz", unit: "1"),
    Value(
      name: "refilling-time", title: "refilling begins (half of the mean density)", unit: "ps",
      scale: .positive),
  ]
}
