import Analysis
import Mechanism
import Results

/// The answers of one set, each a sentence with numbers.
struct SetWords {
  let set: SetSummary
  let curves: SetCurves?

  private var ion: String { self.set.mobile ?? "The mobile ion" }
  private var temperatures: [TemperatureSummary] {
    self.set.temperatures.sorted { $0.temperature_K < $1.temperature_K }
  }

  /// The sentence that answers a question; nil where nothing was computed for it.
  func sentence(_ question: Question) -> String? {
    switch question {
    case .diffusion: diffusion
    case .conductivity: conductivity
    case .activeIons: activeIons
    case .sites: sites
    case .hops: hops
    case .rotation: rotation
    case .together: together
    case .spectra: spectra
    case .quality: nil
    }
  }

  // MARK: Transport

  private var diffusion: String? {
    guard !temperatures.isEmpty else { return nil }
    let known = temperatures.filter { $0.diffusivity_A2_per_ps?.ifFinite != nil && $0.diffused }
    var parts: [String] = []
    let texts = known.map { ($0.temperature_K, "\(Self.diffusivity($0)) cm²/s") }
    if let across = Self.across(texts) { parts.append("D of \(ion) is \(across)") }
    if let energy = set.activationEnergy_eV?.ifFinite, !known.isEmpty {
      parts.append(
        "the activation energy is \(NumberText.withError(energy, set.activationEnergyError_eV)) eV"
          + (set.activationEnergyInterval95_eV.map { " (95 %: \(NumberText.interval($0)) eV)" } ?? ""))
    } else {
      parts.append("the activation energy is \(set.outcome)")
    }
    for t in temperatures where !t.diffused {
      parts.append("at \(NumberText.short(t.temperature_K)) K: \(Self.diffusivity(t)) cm²/s")
    }
    return Self.sentence(parts)
  }

  /// D as the tables have it.
  static func diffusivity(_ t: TemperatureSummary) -> String {
    let bound = t.upperBound_A2_per_ps?.ifFinite.map { $0 * cm2PerSecond }
    return t.outcome.text(
      value: NumberText.withError(
        t.diffusivity_A2_per_ps?.ifFinite.map { $0 * cm2PerSecond },
        t.diffusivityError?.ifFinite.map { $0 * cm2PerSecond }),
      upperBound: bound.map { NumberText.plain($0, digits: 2) })
  }

  private var conductivity: String? {
    let known = temperatures.compactMap { t in
      t.conductivity_mS_per_cm?.ifFinite.map {
        (t.temperature_K, "\(NumberText.withError($0, t.conductivityError)) mS/cm")
      }
    }
    var parts: [String] = []
    if let across = Self.across(known) { parts.append("σ (Nernst–Einstein) is \(across)") }
    for one in set.extrapolated {
      let kelvin = NumberText.short(one.temperature_K)
      if let reason = set.objection(to: one) {
        parts.append("σ at \(kelvin) K is not determined: \(reason)")
      } else {
        parts.append(
          "at \(kelvin) K the fit gives \(NumberText.plain(one.conductivity_mS_per_cm, digits: 2)) mS/cm "
            + "(68 %: \(NumberText.interval(one.interval68)))" + (one.isExtrapolation ? ", extrapolated" : "")
        )
      }
    }
    if let haven = across("haven-ratio", series: set.mobile) { parts.append("the Haven ratio is \(haven)") }
    return parts.isEmpty ? nil : Self.sentence(parts)
  }

  private var activeIons: String? {
    func percent(_ x: Double?, _ error: Double? = nil) -> String? {
      x.map { NumberText.withError(100 * $0, error.map { 100 * $0 }) + " %" }
    }
    let found = temperatures.compactMap { t in
      percent(t.activeFraction, t.activeFractionError).map { (t.temperature_K, $0) }
    }
    guard let across = Self.across(found) else { return nil }
    let even = temperatures.compactMap { t in
      t.activeFractionHomogeneous.map { (t.temperature_K, NumberText.plain(100 * $0, digits: 2) + " %") }
    }
    return Self.sentence(
      ["the share of active \(ion) ions at the end of the runs is \(across)"]
        + (Self.across(even).map {
          ["were all ions alike, with the same mean squared displacement, it would be \($0)"]
        } ?? []))
  }

  // MARK: Mechanism

  private var sites: String? {
    var parts = series("coordination-number").compactMap { one in
      across("coordination-number", series: one).map {
        "the number of \(ion) in the first shell of \(one) is \($0)"
      }
    }
    if let sites = across("sites-per-cation", series: nil) {
      parts.append("the number of sites for each \(ion) is \(sites)")
    }
    return parts.isEmpty ? nil : Self.sentence(parts)
  }

  private var hops: String? {
    var parts: [String] = []
    if let rate = across("hop-rate", series: nil) {
      parts.append("a \(ion) ion hops between sites at a rate of \(rate)")
    }
    if let stay = across("residence-time", series: nil) { parts.append("it stays for \(stay) on average") }
    if let factor = across("correlation-factor", series: nil) {
      parts.append("the correlation factor of successive hops is \(factor)")
    }
    return parts.isEmpty ? nil : Self.sentence(parts)
  }

  private var rotation: String? {
    let parts = series("correlation-time-2").compactMap { one -> String? in
      guard let time = across("correlation-time-2", series: one) else { return nil }
      let barrier = set.observables.first { $0.name == "rotation-activation-energy" && $0.series == one }
      let energy = barrier?.value.map {
        ", with an activation energy of \(NumberText.withError($0, barrier?.error)) eV"
      }
      return "the rotation time τ₂ of \(one) is \(time)" + (energy ?? "")
    }
    return parts.isEmpty ? nil : Self.sentence(parts)
  }

  private var together: String? {
    let parts = series("synchrony").compactMap { one -> String? in
      guard let turn = across("synchrony", series: one) else { return nil }
      let chance = across("synchrony-p", series: one).map {
        " (chance of as much without a correlation: \($0))"
      }
      return "beside a hop, the turn rate of \(one) over its mean is \(turn)" + (chance ?? "")
    }
    return parts.isEmpty ? nil : Self.sentence(parts)
  }

  private var spectra: String? {
    guard let low = across("spectrum-low", series: set.mobile) else { return nil }
    return Self.sentence(["the share of the \(ion) ions’ motion below 6 THz is \(low)"])
  }

  // MARK: Numbers over temperatures

  private func series(_ name: String) -> [String] {
    var found: [String] = []
    for value in temperatures.flatMap(\.observables) where value.name == name && !found.contains(value.series)
    {
      found.append(value.series)
    }
    return found
  }

  /// An observable at the lowest and the highest temperature; nil where it was not computed.
  private func across(_ name: String, series: String?) -> String? {
    let found = temperatures.compactMap { t in
      t.observables.first { $0.name == name && (series == nil || $0.series == series) }.map {
        (t.temperature_K, $0)
      }
    }
    guard let first = found.first else { return nil }
    let unit = first.1.unit == "1" ? "" : " \(first.1.unit)"
    let known = found.filter { $0.1.value != nil }
    if let text = Self.across(known.map { ($0.0, ValueTable.text($0.1) + unit) }) { return text }
    let bounds = found.map { (kelvin: $0.0, text: ValueTable.text($0.1)) }.filter {
      $0.text != "not determined"
    }
    return Self.across(bounds.map { ($0.kelvin, $0.text + unit) }) ?? "not determined"
  }

  /// `a at 500 K and b at 800 K`; nil for nothing.
  static func across(_ found: [(kelvin: Double, text: String)]) -> String? {
    guard let first = found.first, let last = found.last else { return nil }
    let start = "\(first.text) at \(NumberText.short(first.kelvin)) K"
    return found.count == 1 ? start : "\(start) and \(last.text) at \(NumberText.short(last.kelvin)) K"
  }

  static func sentence(_ parts: [String]) -> String {
    let text = parts.joined(separator: "; ")
    // A symbol, σ or τ, keeps its case.
    return (text.first?.isASCII == true ? text.prefix(1).uppercased() : String(text.prefix(1)))
      + text.dropFirst() + "."
  }
}
