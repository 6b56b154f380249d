import Manifest
import StudyStore
import Support

/// What to cite for a study: the program, its potential, and the methods that it used.
package func citations(of study: StudyDirectory, _ summary: StudySummary) -> [Citation] {
  var found = [Citation.program]
  let simulations = study.runs.compactMap(\.manifest.simulated)
  if let simulation = simulations.first { found += Citation.methods(of: simulation) }
  for simulation in simulations { found += Citation.potential(of: simulation.potential) }
  found.append(.whittle)
  if summary.sets.contains(where: { $0.temperatures.contains { $0.activeFraction != nil } }) {
    found.append(.oh)
  }
  let names = Set(summary.sets.flatMap(\.temperatures).flatMap(\.observables).map(\.name))
  if names.contains("synchrony") { found.append(.tsai) }
  if names.contains("interstice-share") || names.contains("refilling-time") { found.append(.kweon) }
  return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}

extension Citation {
  package static var program: Citation {
    Citation(
      key: "paddlewheel", kind: .software, authors: "{The Paddlewheel contributors}",
      title: "Paddlewheel: from one manifest to an Arrhenius figure, on any number of MPI ranks",
      fields: [("version", paddlewheelVersion)], usedFor: "simulation and analysis")
  }

  fileprivate static func methods(of simulation: SimulationSpecification) -> [Citation] {
    var found: [Citation] = []
    switch simulation.dynamics.thermostat {
    case .noseHooverChain?: found.append(.noseHooverChains)
    case .langevin?: found.append(.langevin)
    case nil: break
    }
    switch simulation.dynamics.barostat?.method {
    case .mtk?: found.append(.barostat)
    case .parrinelloRahman?: found.append(.parrinelloRahman)
    case nil: break
    }
    if case .forceField = simulation.potential.form { found.append(.mesh) }
    return found
  }

  fileprivate static func potential(of potential: PotentialSpecification) -> [Citation] {
    if case .nep = potential.form { [.nep] } else { [] }
  }

  private static func article(
    _ key: String, _ authors: String, _ title: String, _ fields: [(name: String, value: String)],
    usedFor: String
  ) -> Citation {
    Citation(key: key, kind: .article, authors: authors, title: title, fields: fields, usedFor: usedFor)
  }

  fileprivate static let noseHooverChains = article(
    "martyna1996", "Martyna, Glenn J. and Tuckerman, Mark E. and Tobias, Douglas J. and Klein, Michael L.",
    "Explicit reversible integrators for extended systems dynamics",
    [
      ("journal", "Mol. Phys."), ("year", "1996"), ("volume", "87"), ("pages", "1117--1157"),
      ("doi", "10.1080/00268979600100761"),
    ],
    usedFor: "Nosé–Hoover chains")
  fileprivate static let langevin = article(
    "leimkuhler2013", "Leimkuhler, Benedict and Matthews, Charles",
    "Robust and efficient configurational molecular sampling via Langevin dynamics",
    [
      ("journal", "J. Chem. Phys."), ("year", "2013"), ("volume", "138"), ("pages", "174102"),
      ("doi", "10.1063/1.4802990"),
    ],
    usedFor: "Langevin dynamics")
  fileprivate static let barostat = article(
    "martyna1994", "Martyna, Glenn J. and Tobias, Douglas J. and Klein, Michael L.",
    "Constant pressure molecular dynamics algorithms",
    [
      ("journal", "J. Chem. Phys."), ("year", "1994"), ("volume", "101"), ("pages", "4177--4189"),
      ("doi", "10.1063/1.467468"),
    ],
    usedFor: "constant pressure")
  fileprivate static let parrinelloRahman = article(
    "parrinello1981", "Parrinello, M. and Rahman, A.",
    "Polymorphic transitions in single crystals: A new molecular dynamics method",
    [
      ("journal", "J. Appl. Phys."), ("year", "1981"), ("volume", "52"), ("pages", "7182--7190"),
      ("doi", "10.1063/1.328693"),
    ],
    usedFor: "constant pressure")
  fileprivate static let mesh = article(
    "essmann1995",
    "Essmann, Ulrich and Perera, Lalith and Berkowitz, Max L. and Darden, Tom and Lee, Hsing and Pedersen, Lee G.",
    "A smooth particle mesh Ewald method",
    [
      ("journal", "J. Chem. Phys."), ("year", "1995"), ("volume", "103"), ("pages", "8577--8593"),
      ("doi", "10.1063/1.470117"),
    ],
    usedFor: "Coulomb forces")
  fileprivate static let nep = article(
    "fan2021",
    "Fan, Zheyong and Zeng, Zezhu and Zhang, Cunzhi and Wang, Yanzhou and Song, Keke and Dong, Haikuan and Chen, Yue and Ala-Nissila, Tapio",
    "Neuroevolution machine learning potentials: Combining high accuracy and low cost in atomistic simulations and application to heat transport",
    [
      ("journal", "Phys. Rev. B"), ("year", "2021"), ("volume", "104"), ("pages", "104309"),
      ("doi", "10.1103/PhysRevB.104.104309"),
    ],
    usedFor: "the form of the potential")
  fileprivate static let whittle = article(
    "vestergaard2014", "Vestergaard, Christian L. and Blainey, Paul C. and Flyvbjerg, Henrik",
    "Optimal estimation of diffusion coefficients from single-particle trajectories",
    [
      ("journal", "Phys. Rev. E"), ("year", "2014"), ("volume", "89"), ("pages", "022726"),
      ("doi", "10.1103/PhysRevE.89.022726"),
    ],
    usedFor: "the likelihood of the displacements")
  fileprivate static let kweon = article(
    "kweon2017",
    "Kweon, K. E. and Varley, J. B. and Shea, P. and Adelstein, N. and Mehta, P. and Heo, T. W. and Udovic, T. J. and Stavila, V. and Wood, B. C.",
    "Structural, Chemical, and Dynamical Frustration: Origins of Superionic Conductivity in closo-Borate Solid Electrolytes",
    [
      ("journal", "Chem. Mater."), ("year", "2017"), ("volume", "29"), ("pages", "9142--9153"),
      ("doi", "10.1021/acs.chemmater.7b02902"),
    ],
    usedFor: "occupation of interstices, refilling, cells and frozen anions")
  fileprivate static let oh = Citation(
    key: "oh2024", kind: .unpublished,
    authors:
      "Oh, J. A. S. and Yu, Z. and Huang, C.-J. and Ridley, P. and Liu, A. and Zhang, T. and Hwang, B. J. and Griffith, K. J. and Ong, S. P. and Meng, Y. S.",
    title:
      "Metastable Sodium closo-Hydroborates for Low Temperature All-Solid-State Battery with Thick Cathode",
    fields: [("year", "2024")], usedFor: "the count of active ions")
  fileprivate static let tsai = article(
    "tsai2023",
    "Tsai, P.-C. and Mair, S. and Smith, J. and Halat, D. M. and Chien, P.-H. and Kim, K. and Zhang, D. and Li, Y. and Yin, L. and Liu, J. and Lapidus, S. H. and Reimer, J. A. and Balsara, N. P. and Siegel, D. J. and Chiang, Y.-M.",
    "Double Paddle-Wheel Enhanced Sodium Ion Conduction in an Antiperovskite Solid Electrolyte",
    [
      ("journal", "Adv. Energy Mater."), ("year", "2023"), ("volume", "13"), ("number", "7"),
      ("doi", "10.1002/aenm.202203284"),
    ],
    usedFor: "migration events beside turning anions")
}
