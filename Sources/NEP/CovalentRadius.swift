/// Covalent radii in which NEP models express type-wise cut-offs: 4/3 of those of Pyykkö and Atsumi, Chem.
/// Eur. J. 15, 186 (2009), a tenth less for metals, as in the D3 dispersion correction (Grimme et al., J. Chem.
/// Phys. 132, 154104 (2010)).
enum CovalentRadius {
  /// The sum of the radii of two elements, Å; infinite where one is not known.
  static func sum_A(_ first: String, _ second: String) -> Double {
    guard let a = of[first], let b = of[second] else { return .infinity }
    return a + b
  }

  private static let of = Dictionary(
    uniqueKeysWithValues: zip(symbols.split(separator: " ").map(String.init), radii_A.map { $0 * 4 / 3 }))

  private static let symbols = """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y \
    Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re \
    Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu
    """

  private static let radii_A: [Double] = [
    0.32, 0.46, 1.20, 0.94, 0.77, 0.75, 0.71, 0.63, 0.64, 0.67, 1.40, 1.25, 1.13, 1.04, 1.10, 1.02, 0.99,
    0.96,
    1.76, 1.54, 1.33, 1.22, 1.21, 1.10, 1.07, 1.04, 1.00, 0.99, 1.01, 1.09, 1.12, 1.09, 1.15, 1.10, 1.14,
    1.17,
    1.89, 1.67, 1.47, 1.39, 1.32, 1.24, 1.15, 1.13, 1.13, 1.08, 1.15, 1.23, 1.28, 1.26, 1.26, 1.23, 1.32,
    1.31,
    2.09, 1.76, 1.62, 1.47, 1.58, 1.57, 1.56, 1.55, 1.51, 1.52, 1.51, 1.50, 1.49, 1.49, 1.48, 1.53, 1.46,
    1.37,
    1.31, 1.23, 1.18, 1.16, 1.11, 1.12, 1.13, 1.32, 1.30, 1.30, 1.36, 1.31, 1.38, 1.42, 2.01, 1.81, 1.67,
    1.58,
    1.52, 1.53, 1.54, 1.55,
  ]
}
