import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Manifest
@testable import Mathematics
@testable import Results

/// Diffusing ions of files that say little: elements and positions alone, or the mobile ions alone.
@Suite struct SpeciesFormatTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// An XDATCAR of ZnS: zinc is divalent, and the results say that this is its usual charge, not one of the file.
  @Test func chargeOfZincInAnXDATCAR() throws {
    let salt = SyntheticSalt.walking(
      [.init(element: "Zn", count: 8, diffusivity_A2_per_ps: 0.2), .init(element: "S", count: 8)], seed: 51)
    let file = try folder.file("XDATCAR", salt.xdatcar)
    func set(_ charge: String?, as name: String) throws -> SetSummary {
      let study = try importing([file], into: name, folder, mobile: "Zn") {
        $0.timestep = nil
        $0.frameInterval = "100 fs"
        $0.charge = charge
      }.study
      return try #require(try sets(of: study).first)
    }
    let usual = try set(nil, as: "usual")
    #expect(usual.system == "8 Zn, 8 S" && usual.charge_e == 2 && usual.chargeSource == .usual)
    #expect(try codes(usual).contains("charge_from_table"))
    try expectDiffusivity(0.2, usual, "Zn")
    try expectConductivity(2, ions: 8, volume_A3: 1728, usual)
    let given = try set("1", as: "given")
    #expect(given.charge_e == 1 && given.chargeSource == .given)
    #expect(try codes(given).isSuperset(of: ["unusual_charge"]))
    try expectConductivity(1, ions: 8, volume_A3: 1728, given)
  }

  /// extXYZ with the mobile ions alone, at their places or on a walk: there is nothing to measure against, and that is said.
  @Test(arguments: [0, 0.2]) func mobileIonsAloneInExtXYZ(_ diffusivity_A2_per_ps: Double) throws {
    let salt = SyntheticSalt.walking(
      [.init(element: "Na", count: 8, diffusivity_A2_per_ps: diffusivity_A2_per_ps)], edge_A: 20, seed: 52,
      drift_A: .zero)
    let study = try importing([try folder.file("na.extxyz", salt.extXYZ)], into: "s", folder) {
      $0.timestep = nil
      $0.frameInterval = "100 fs"
    }.study
    let set = try #require(try sets(of: study).first)
    let t = try #require(set.temperatures.first)
    #expect(set.system == "8 Na" && t.mobileIons == 8 && set.charge_e == 1)
    let told = try codes(set)
    #expect(told.isSuperset(of: ["no_drift_reference", "no_framework"]), "\(told)")
    if diffusivity_A2_per_ps > 0 {
      try expectDiffusivity(diffusivity_A2_per_ps, set, "walk")
      try expectConductivity(1, ions: 8, volume_A3: 8000, set)
    } else {
      #expect(t.diffusivity_A2_per_ps == nil && t.conductivity_mS_per_cm == nil, "\(t.outcome)")
    }
  }
}

extension SyntheticSalt {
  /// Shares of the cell, from 0 to 1.
  private func shares(_ frame: Int) -> [Vector3] {
    frames[frame].map {
      let s = cells[frame].fractional($0)
      return s - s.rounded(.down)
    }
  }

  /// Elements stand together.
  fileprivate var xdatcar: String {
    let kinds = elements.reduce(into: [(String, Int)]()) {
      if $0.last?.0 == $1 { $0[$0.count - 1].1 += 1 } else { $0.append(($1, 1)) }
    }
    var text = "made\n 1.0\n" + cell.vectors.map { "\($0.x) \($0.y) \($0.z)\n" }.joined()
    text += kinds.map(\.0).joined(separator: " ") + "\n"
    text += kinds.map { "\($0.1)" }.joined(separator: " ") + "\n"
    for frame in frames.indices {
      text += "Direct configuration= \(frame + 1)\n"
      text += shares(frame).map { "\($0.x) \($0.y) \($0.z)\n" }.joined()
    }
    return text
  }

  fileprivate var extXYZ: String {
    let edges = cell.vectors.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
    return frames.indices.map { frame in
      "\(elements.count)\nLattice=\"\(edges)\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n"
        + zip(elements, shares(frame)).map {
          let r = cell.cartesian($1)
          return "\($0) \(r.x) \(r.y) \(r.z)\n"
        }.joined()
    }.joined()
  }
}
