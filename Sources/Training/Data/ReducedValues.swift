import Mathematics
import NEP

/// Values as numbers, for a reduction over ranks: energy, forces, virial.
extension NEPGradient.Values {
  /// Nothing for a number of atoms.
  init(atoms: Int) {
    self.init(
      energy_eV: 0, forces_eV_A: [Vector3](repeating: Vector3(), count: atoms), virial_eV: Tensor3())
  }

  /// 10 + 3 atoms.
  var numbers: [Double] {
    var numbers = [energy_eV]
    numbers.reserveCapacity(10 + 3 * forces_eV_A.count)
    for force in forces_eV_A { for axis in 0..<3 { numbers.append(force[axis]) } }
    return numbers + virial_eV.elements
  }

  init(numbers: ArraySlice<Double>) {
    let first = numbers.startIndex
    let forces = stride(from: first + 1, to: numbers.endIndex - 9, by: 3).map {
      Vector3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2])
    }
    self.init(
      energy_eV: numbers[first], forces_eV_A: forces, virial_eV: Tensor3(numbers.suffix(9)))
  }
}
