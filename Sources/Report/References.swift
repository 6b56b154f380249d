/// The studies that the program reproduces and whose definitions it uses.
enum References {
  struct Paper {
    let authors: String
    let title: String
    let source: String
    let doi: String?
    let usedFor: String
  }

  static let papers = [
    Paper(
      authors: """
        K. E. Kweon, J. B. Varley, P. Shea, N. Adelstein, P. Mehta, T. W. Heo, T. J. Udovic, V. Stavila, \
        B. C. Wood
        """,
      title: """
        Structural, Chemical, and Dynamical Frustration: Origins of Superionic Conductivity in \
        closo-Borate Solid Electrolytes
        """,
      source: "Chem. Mater. 2017, 29, 9142–9153", doi: "10.1021/acs.chemmater.7b02902",
      usedFor: "cells, temperatures and frozen-anion comparisons of the closo-borates"),
    Paper(
      authors: """
        J. A. S. Oh, Z. Yu, C.-J. Huang, P. Ridley, A. Liu, T. Zhang, B. J. Hwang, K. J. Griffith, \
        S. P. Ong, Y. S. Meng
        """,
      title: """
        Metastable Sodium closo-Hydroborates for Low Temperature All-Solid-State Battery with Thick Cathode
        """,
      source: "manuscript, 2024", doi: nil, usedFor: "the count of active ions"),
    Paper(
      authors: """
        P.-C. Tsai, S. Mair, J. Smith, D. M. Halat, P.-H. Chien, K. Kim, D. Zhang, Y. Li, L. Yin, J. Liu, \
        S. H. Lapidus, J. A. Reimer, N. P. Balsara, D. J. Siegel, Y.-M. Chiang
        """,
      title: """
        Double Paddle-Wheel Enhanced Sodium Ion Conduction in an Antiperovskite Solid Electrolyte
        """,
      source: "Adv. Energy Mater. 2023, 13 (7)", doi: "10.1002/aenm.202203284",
      usedFor: "the antiperovskites and their rotating anions"),
  ]
}
