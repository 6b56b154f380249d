import Testing

@testable import Manifest
@testable import Support

private func runs(_ sweep: String, dynamics: String = "{}") throws -> [RunSpecification] {
  try plan(
    """
    system: {structure: na2b12h12-bcc}
    dynamics: \(dynamics)
    stages: {sample: 1 ps}
    sweep: \(sweep)
    """
  ).runs
}

/// Other axes outermost, then temperature, then replica.
@Test func orderOfTheGrid() throws {
  let runs = try runs(
    "{replica: 2, temperature: [600 K, 500 K], dynamics.mass-scale.B12H12: [1, 4], system.volume: [0 %, -12 %]}"
  )
  #expect(runs.count == 16)
  #expect(runs.map(\.index) == Array(0..<16))
  #expect(runs.map(\.replica) == Array(repeating: [1, 2], count: 8).flatMap { $0 })
  #expect(runs.map(\.temperature_K) == Array(repeating: [600, 600, 500, 500], count: 4).flatMap { $0 })
  #expect(
    runs.map { $0.manifest.simulated?.system.volumeChange_percent }
      == (0..<16).map { $0 / 4 % 2 == 0 ? 0 : -12 })
  #expect(
    runs.map { $0.manifest.simulated?.dynamics.massScale } == (0..<16).map { ["B12H12": $0 < 8 ? 1 : 4] })
  #expect(
    runs[15].point.map(\.axis) == ["dynamics.mass-scale.B12H12", "system.volume", "temperature", "replica"])
  #expect(runs[15].point.map(\.value) == ["4", "-12 %", "500 K", "2"])
  #expect(runs[15].otherAxes.count == 2)
}

@Test func directoryNames() throws {
  #expect(
    try runs("{temperature: [500 K, 612.5 K]}").map(\.directoryName) == ["0000-T500K-r1", "0001-T612.5K-r1"])
  let swept = try runs("{temperature: 500 K, system.volume: [-12 %], dynamics.mass-scale.B12H12: [4]}")
  #expect(swept[0].directoryName == "0000-T500K-r1-volume_-12pct-B12H12_4")
  let odd = try runs("{temperature: 500 K, dynamics.thermostat: [{langevin: {friction: 10 /ps}}]}")
  let safe = odd[0].directoryName.wholeMatch(of: /[A-Za-z0-9._+-]+/)
  #expect(safe != nil, "\(odd[0].directoryName)")
  #expect(odd[0].manifest.simulated?.dynamics.thermostat == .langevin(friction_per_ps: 10))
}

@Test func rangesAndLists() throws {
  let temperatures = { (text: String) in try runs("{temperature: \(text)}").map(\.temperature_K) }
  #expect(try temperatures("{from: 300 K, to: 500 K, step: 50 K}") == [300, 350, 400, 450, 500])
  #expect(try temperatures("{from: 300 K, to: 449 K, step: 50 K}") == [300, 350, 400])
  #expect(try temperatures("[250 K, {from: 300 K, to: 400 K, step: 100 K}, 900 K]") == [250, 300, 400, 900])
  #expect(try temperatures("450 K") == [450])
  let scales = try runs("{temperature: 9 K, dynamics.mass-scale.H: {from: 0.1, to: 0.7, step: 0.1}}")
  #expect(
    scales.map { $0.manifest.simulated?.dynamics.massScale["H"] } == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  #expect(try runs("{temperature: 9 K, replica: [2, 5]}").map(\.replica) == [2, 5])
}

/// A mapping that contains a key `from` of its own is a value, not a range.
@Test func freezeIsAnAxis() throws {
  let runs = try runs(
    "{temperature: 9 K, dynamics.freeze: [{B12H12: all, from: sample}, {B12H12: rotation}]}")
  #expect(runs.map { $0.manifest.simulated?.dynamics.freeze?.from } == [.sample, .equilibrate])
}

@Test func singleTemperatureWithoutAnAxis() throws {
  let runs = try runs("{replica: 2}", dynamics: "{temperature: 600 K}")
  #expect(runs.map(\.temperature_K) == [600, 600])
  #expect(runs[1].point.map(\.axis) == ["temperature", "replica"])
}

/// Each run's own manifest is complete: its temperature set, no axes left.
@Test func runsCarryTheirOwnManifest() throws {
  let run = try runs("{temperature: [500 K, 600 K], replica: 3}")[4]
  #expect(run.manifest.simulated?.dynamics.temperature_K == 600)
  #expect(run.manifest.simulated?.sweep == Sweep())
}

/// The seed depends on the study's and the replica, on nothing else. The numbers are the first outputs of
/// SplitMix64 from the state 1234567, as its author's reference program prints them.
@Test func seedsFollowTheReplica() throws {
  #expect(derivedSeed(from: 1_234_567, replica: 1) == 6_457_827_717_110_365_317)
  #expect(derivedSeed(from: 1_234_567, replica: 2) == 3_203_168_211_198_807_973)
  let all = try runs("{temperature: [500 K, 600 K], replica: 2}")
  #expect(all[0].seed == all[2].seed)
  #expect(all[0].seed != all[1].seed)
}

@Test func tooManyRunsAreRefused() {
  let sweep = "{temperature: {from: 1 K, to: 2000 K, step: 1 K}, replica: 1000}"
  let error = #expect(throws: InputError.self) { try runs(sweep) }
  #expect(error?.description.contains("found 2000000 runs, wanted at most 100000") == true)
}
