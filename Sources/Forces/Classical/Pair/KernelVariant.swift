/// The variants of the loop of `MixedKernel`, each compiled by itself: with the polynomials unrolled and without unused
/// energies.
protocol KernelVariant {
  /// Terms of the polynomials.
  static var terms: Int { get }
  static var wantsEnergy: Bool { get }
}

enum KernelVariants {
  enum Forces8: KernelVariant {
    static var terms: Int { 8 }
    static var wantsEnergy: Bool { false }
  }

  enum Forces10: KernelVariant {
    static var terms: Int { 10 }
    static var wantsEnergy: Bool { false }
  }

  enum Forces14: KernelVariant {
    static var terms: Int { 14 }
    static var wantsEnergy: Bool { false }
  }

  enum Forces20: KernelVariant {
    static var terms: Int { 20 }
    static var wantsEnergy: Bool { false }
  }

  enum Forces48: KernelVariant {
    static var terms: Int { 48 }
    static var wantsEnergy: Bool { false }
  }

  enum Energies8: KernelVariant {
    static var terms: Int { 8 }
    static var wantsEnergy: Bool { true }
  }

  enum Energies10: KernelVariant {
    static var terms: Int { 10 }
    static var wantsEnergy: Bool { true }
  }

  enum Energies14: KernelVariant {
    static var terms: Int { 14 }
    static var wantsEnergy: Bool { true }
  }

  enum Energies20: KernelVariant {
    static var terms: Int { 20 }
    static var wantsEnergy: Bool { true }
  }

  enum Energies48: KernelVariant {
    static var terms: Int { 48 }
    static var wantsEnergy: Bool { true }
  }
}
