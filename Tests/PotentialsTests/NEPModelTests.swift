import Foundation
import TestSupport
import Testing

@testable import Model
@testable import NEP

/// The contents of a model file, and the message about one that can't be used.
struct NEPModelTests {
  private func model(_ small: SmallNEP) throws -> NEPModel {
    try NEPModel(text: small.text, source: "nep.txt")
  }

  @Test func countsAreThoseOfTheFile() throws {
    var small = SmallNEP(["Na", "B", "H"])
    small.zbl = "1 2"
    let found = try model(small)
    #expect(found.version == 4)
    #expect(found.elements == ["Na", "B", "H"])
    #expect(found.networks.count == 3)
    #expect(found.descriptorCount == 4 + 3 * 6)
    #expect(found.radial.coefficients.count == 9 * 4 * 6)
    #expect(found.scaling.count == found.descriptorCount)
    #expect(found.repulsion?.form == .universal(inner_A: 1, outer_A: 2))
    small.version = 3
    #expect(try model(small).networks.count == 1)
  }

  @Test(arguments: ["2", "4 2", "4 2 1", "4 0 0", "4 2 1 0", "0"])
  func degreesMayBeFewerNumbers(_ degrees: String) throws {
    var small = SmallNEP(["Na"])
    small.degrees = degrees
    #expect(try model(small).largestDegree == Int(degrees.prefix(1)))
  }

  @Test func furtherBodiesAndBiasesAreRead() throws {
    var small = SmallNEP(["Na", "H"])
    small.version = 5
    small.degrees = "4 2 1 1 0 1 1"
    let found = try model(small)
    #expect(found.version == 5 && found.triples == [.q112, .q233, .q134])
    #expect(found.descriptorCount == 4 + 3 * (4 + 2 + 3))
    #expect(Set(found.networks.map(\.bias_eV)).count == 2)
    // A flag 1 in place of the 2, as newer programs write it.
    small.degrees = "4 1 1 0 0 0 0"
    let other = try model(small)
    #expect(other.hasFourBodies && other.hasFiveBodies && other.triples.isEmpty)
  }

  @Test func otherSystemsEndLinesOtherwise() throws {
    let text = SmallNEP(["Na", "B"]).text
    #expect(
      try NEPModel(text: text.replacing("\n", with: "\r\n"), source: "nep.txt")
        == model(SmallNEP(["Na", "B"])))
  }

  @Test func repulsionBeyondTheCutoffIsRefused() {
    var small = SmallNEP(["Na"])
    small.zbl = "1 6"
    let error = #expect(throws: PotentialError.self) { try model(small) }
    #expect(error?.description.contains("ZBL up to 6.0") == true)
  }

  @Test func cutoffsMayBeOfTypes() throws {
    var small = SmallNEP(["Na", "B", "H"])
    small.cutoff = "6 5 5 4 4 3 100 60"
    let found = try model(small)
    #expect(found.radial.cutoff_A(0, 2, elements: found.elements) == 5)
    #expect(found.angular.cutoff_A(1, 1, elements: found.elements) == 4)
    #expect(found.cutoff_A(of: ["B", "H"]) == 5)
    #expect(found.cutoff_A(of: ["B", "H", "Na"]) == 6)
  }

  /// Factors on covalent radii: 0.426667 Å for H and 1.86667 Å for Na in these files' own program.
  @Test func cutoffsMayFollowCovalentRadii() throws {
    var small = SmallNEP(["Na", "H"])
    small.cutoff = "6 5 100 60 2.5 2 0.65"
    small.zbl = "1 2"
    let found = try model(small)
    #expect(abs(found.radial.cutoff_A(1, 1, elements: found.elements) - 2.5 * 2 * 0.426667) < 1e-5)
    #expect(found.radial.cutoff_A(0, 0, elements: found.elements) == 6)
    #expect(abs(found.angular.cutoff_A(0, 1, elements: found.elements) - 2 * (0.426667 + 1.86667)) < 1e-5)
    #expect(found.repulsion?.form == .typewise(outer_A: 2, factor: 0.65, innerShare: 0.5))
    small.cutoff = "6 5 100 60"
    small.zbl = "1 2 0.7"
    let pair = try #require(try model(small).repulsion?.pair(1, 1))
    #expect(abs(pair.outer_A - 0.7 * 2 * 0.426667) < 1e-5)
    #expect(pair.inner_A == 0)
  }

  /// The repulsion's slope is the derivative of its energy, and both end at the outer radius.
  @Test(arguments: ["1 2", "0 0", "1 2 0.9"])
  func repulsionIsSmooth(_ zbl: String) throws {
    var small = SmallNEP(["Na", "Cl"])
    small.zbl = zbl
    let pair = try #require(try model(small).repulsion?.pair(0, 1))
    // No step across the radii, where the slope has a kink.
    for r in stride(from: 0.305, to: 2.2, by: 0.07) {
      let h = 1e-5
      let slope = (pair.evaluate(r + h).energy - pair.evaluate(r - h).energy) / (2 * h)
      // h²/6 times a third derivative of some 1e5 eV/Å³ at the nearest.
      #expect(abs(slope - pair.evaluate(r).slope) < 1e-6 * max(1, abs(slope)), "\(r) Å")
    }
    #expect(pair.evaluate(pair.outer_A + 1e-9) == (0, 0))
    #expect(pair.evaluate(0.3).energy > 10)
  }

  /// Errors by line; `edit` changes the lines of a valid file.
  @Test(arguments: [
    ("nep6 2 Na Cl", 1, "'nep6', which is not supported; wanted"),
    (
      "nep4_charge1 2 Na Cl", 1,
      "'nep4_charge1', which is not supported: it is a model with charges of its own (qNEP)"
    ),
    ("nep4_zbl_charge2 2 Na Cl", 1, "charges of its own (qNEP)"),
    ("nep4_dipole 2 Na Cl", 1, "a model of dipoles"),
    ("nep3_polarizability 2 Na Cl", 1, "a model of polarizabilities"),
    ("nep4_spin2_zbl 2 Na Cl", 1, "a model of magnetic moments"),
    ("nep4_vdw 2 Na Cl", 1, "van der Waals"),
    ("nep4_zbl_temperature 2 Na Cl", 1, "electrons' temperature"),
    ("{\"name\":", 1, "no NEP model"),
    ("nep4 3 Na Cl", 1, "found 2 elements"),
    ("nep4 2 Na Xx", 1, "'Xx'"),
    ("nep4 2 Na Na", 1, "twice"),
    ("nep4", 1, "0 elements"),
    ("nep4 9223372036854775807 Na", 1, "wanted the number of elements"),
    ("l_max 4 1e300 0", 5, "2 or 0 for four bodies"),
    ("l_max 4 -3 0", 5, "2 or 0 for four bodies"),
    ("nep4 -1 Na", 1, "wanted the number of elements"),
    ("cut 5 4 100 60", 2, "'cut'; wanted 'cutoff'"),
    ("cutoff 5 4 100", 2, "found 3 numbers"),
    ("cutoff 4 5 100 60", 2, "0 < angular ≤ radial"),
    ("cutoff 5 nan 100 60", 2, "'nan'"),
    ("cutoff 5 x 100 60", 2, "'x'; wanted a number"),
    ("cutoff 5000 4 100 60", 2, "100 Å"),
    ("n_max 3", 3, "found 1 numbers"),
    ("n_max 3 -1", 3, "whole numbers from 0 to 20"),
    ("n_max 3 1e300", 3, "whole numbers"),
    ("basis_size 5 4.5", 4, "whole numbers"),
    ("l_max 9 0 0", 5, "0 to 8"),
    ("l_max 1 2 0", 5, "wanted 2 or more"),
    ("l_max 1 0 0 1", 5, "wanted 2 or more"),
    ("l_max 2 2 1 0 1", 5, "wanted 3 or more"),
    ("l_max 3 2 1 0 0 0 1", 5, "wanted 4 or more"),
    ("l_max 4 2 1 2", 5, "flags 1 or 0"),
    ("l_max 4 2 1 0 0 1 0 0", 5, "found 8 numbers"),
    ("ANN 7 7", 6, "wanted 0"),
    ("ANN 0 0", 6, "from 1 to 1000"),
    ("", 6, "an empty line"),
  ])
  func badLinesAreNamed(_ line: String, _ number: Int, _ words: String) {
    var lines = SmallNEP(["Na", "Cl"]).text.components(separatedBy: "\n")
    lines[number - 1] = line
    expectRefusal(lines, "nep.txt:\(number): ", words)
  }

  @Test func wrongCountsOfNumbersAreNamed() {
    let sound = SmallNEP(["Na", "Cl"]).text.components(separatedBy: "\n")
    expectRefusal(Array(sound.prefix(100)), "nep.txt:100", "more weights")
    expectRefusal(Array(sound.dropLast(3)), "nep.txt:\(sound.count - 3)", "more descriptor scalings")
    expectRefusal(sound + ["1.0"], "nep.txt:\(sound.count + 1)", "more numbers")
    expectRefusal(Array(sound.prefix(1)), "nep.txt:1", "end of the file")
    expectRefusal([""], "nep.txt:1", "end of the file")
    var changed = sound
    changed[50] = "0.1 0.2"
    expectRefusal(changed, "nep.txt:51", "found 2 words")
    changed[50] = "inf"
    expectRefusal(changed, "nep.txt:51", "'inf'")
    changed[50] = ""
    expectRefusal(changed, "nep.txt:51", "found 0 words")
    var small = SmallNEP(["Na"])
    small.zbl = "2 1"
    expectRefusal(small.text.components(separatedBy: "\n"), "nep.txt:2", "inner < outer")
    small.zbl = "0 0"
    expectRefusal(small.text.components(separatedBy: "\n").dropLast(2), "nep.txt", "flexible ZBL")
  }

  /// However a file is damaged, it is read or rejected.
  @Test func damagedFilesNeverTrap() {
    var random = SystemRandomNumberGenerator()
    let sound = Array(SmallNEP(["Na", "Cl"]).text.utf8)
    for _ in 0..<2000 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Mostly the header, which contains the sizes.
        let limit = Bool.random(using: &random) ? 110 : bytes.count
        let place = Int.random(in: 0..<min(limit, bytes.count), using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...127, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: Array("9999999 -1\n".utf8), at: place)
        }
      }
      _ = try? NEPModel(text: String(decoding: bytes, as: UTF8.self), source: "nep.txt")
    }
  }

  private func expectRefusal(_ lines: [String], _ parts: String...) {
    let error = #expect(throws: PotentialError.self) {
      try NEPModel(text: lines.joined(separator: "\n"), source: "nep.txt")
    }
    for part in parts {
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "") lacks '\(part)'")
    }
  }
}

struct HarmonicBasisTests {
  /// Σ_m weight_lm b_lm(u) b_lm(v) = (2l+1)/(4π) P_l(u·v), Legendre's polynomials by their recurrence.
  @Test func additionTheoremHolds() {
    let basis = HarmonicBasis(largestDegree: 8)
    #expect(basis.functionCount == 80)
    func direction(_ a: Double, _ b: Double) -> SIMD3<Double> { [sin(a) * cos(b), sin(a) * sin(b), cos(a)] }
    for (u, v) in [
      (direction(0.3, 1), direction(2, 4)), (direction(1.5, 0.1), direction(1.4, 6)),
      (direction(3, 2), direction(3, 2)),
    ] {
      var sums = [Double](repeating: 0, count: 9)
      for term in basis.terms {
        sums[term.l] += term.weight * (value(term, u).real * value(term, v).real)
        if term.m > 0 { sums[term.l] += term.weight * (value(term, u).imaginary * value(term, v).imaginary) }
      }
      let x = (u * v).sum()
      var (before, p) = (1.0, x)
      for l in 1...8 {
        #expect(abs(sums[l] - Double(2 * l + 1) / (4 * .pi) * p) < 1e-12, "degree \(l)")
        (before, p) = (p, (Double(2 * l + 1) * x * p - Double(l) * before) / Double(l + 1))
      }
    }
  }

  private func value(_ term: HarmonicBasis.Term, _ u: SIMD3<Double>) -> (real: Double, imaginary: Double) {
    var z = 0.0
    for (k, c) in term.coefficients.enumerated() { z += c * pow(u.z, Double(2 * k + (term.l - term.m) % 2)) }
    let radius = pow(u.x * u.x + u.y * u.y, Double(term.m) / 2)
    let angle = Double(term.m) * atan2(u.y, u.x)
    return (z * radius * cos(angle), z * radius * sin(angle))
  }
}
