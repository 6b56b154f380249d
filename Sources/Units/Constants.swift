import Foundation

/// Constants in the engine's units: Å, ps, eV, K, amu, e. CODATA 2018 except for Coulomb's constant, which
/// has the value that the built-in potential was fitted with.
public enum Constants {
  /// e²/(4π ε0), eV Å.
  public static let coulomb = 14.399645478425668
  /// eV/K.
  public static let boltzmann = 8.617333262e-5
  /// eV for 1 amu (Å/ps)².
  public static let massVelocity = 1.0364269656262175e-4
  /// GPa for 1 eV/Å³.
  public static let gigapascal = 160.21766340
}

/// ln x.
public func logarithm(_ x: Double) -> Double { Foundation.log(x) }
/// eˣ.
public func exponential(_ x: Double) -> Double { Foundation.exp(x) }
/// xʸ.
public func power(_ x: Double, _ y: Double) -> Double { Foundation.pow(x, y) }
/// sin x and cos x.
public func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
  (Foundation.sin(x), Foundation.cos(x))
}
