import Foundation

extension NEPModel {
  /// The model's file as GPUMD and other programs read it.
  /// - Parameter mostNeighbours: within the radial and the angular cut-off; GPUMD takes memory by them.
  package func text(mostNeighbours: (radial: Int, angular: Int)) -> String {
    var lines = header(mostNeighbours)
    for network in networks {
      lines += (network.w0 + network.b0 + network.w1).map(Self.text)
      if version == 5 { lines.append(Self.text(network.bias_eV)) }
    }
    lines.append(Self.text(bias_eV))
    lines += (radial.coefficients + angular.coefficients + scaling).map(Self.text)
    if let repulsion, case .flexible(let rows) = repulsion.form {
      lines += rows.flatMap { $0 }.map(Self.text)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func header(_ mostNeighbours: (radial: Int, angular: Int)) -> [String] {
    let kind = "nep\(version)" + (repulsion == nil ? "" : "_zbl")
    var lines = ["\(kind) \(elements.count) \(elements.joined(separator: " "))"]
    switch repulsion?.form {
    case .universal(let inner_A, let outer_A): lines.append("zbl \(inner_A) \(outer_A)")
    case .typewise(let outer_A, let factor, let innerShare):
      // A share of a half is what a factor in the `cutoff` line stands for.
      lines.append(innerShare == 0 ? "zbl 0 \(outer_A) \(factor)" : "zbl \(outer_A / 2) \(outer_A)")
    case .flexible: lines.append("zbl 0 0")
    case nil: break
    }
    let isCommon = Set(radial.cutoffs_A).count == 1 && Set(angular.cutoffs_A).count == 1
    let cutoffs = zip(radial.cutoffs_A, angular.cutoffs_A).prefix(isCommon ? 1 : elements.count)
    let counts = "\(mostNeighbours.radial) \(mostNeighbours.angular)"
    lines.append("cutoff " + cutoffs.map { "\($0) \($1)" }.joined(separator: " ") + " \(counts)\(factors)")
    lines.append("n_max \(radial.count - 1) \(angular.count - 1)")
    lines.append("basis_size \(radial.basisCount - 1) \(angular.basisCount - 1)")
    lines.append("l_max \(degrees)")
    lines.append("ANN \(neuronCount) 0")
    return lines
  }

  /// The factors on covalent radii that the `cutoff` line of GPUMD 3.9.5 has.
  private var factors: String {
    var repulsive = 0.0
    if let repulsion, case .typewise(_, let factor, let innerShare) = repulsion.form, innerShare > 0 {
      repulsive = factor
    }
    guard radial.cutoffFactor != nil || repulsive > 0 else { return "" }
    return " \(radial.cutoffFactor ?? 0) \(angular.cutoffFactor ?? 0) \(repulsive)"
  }

  private var degrees: String {
    let flags = NEPTriple.allCases.map { triples.contains($0) ? 1 : 0 }
    let more = triples.isEmpty ? [] : flags
    return ([largestDegree, hasFourBodies ? 2 : 0, hasFiveBodies ? 1 : 0] + more).map(String.init)
      .joined(separator: " ")
  }

  /// Nine digits hold a number of single precision, with which other programs compute.
  private static func text(_ number: Double) -> String { String(format: "%.8e", number) }
}
