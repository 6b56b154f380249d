import Mathematics

extension StructureError {
  static func overlap(
    _ elements: [String], _ first: Int, _ second: Int, _ image: SIMD3<Int>, _ vector: Vector3, limit_A: Double
  ) -> StructureError {
    .overlap(
      first: first, firstElement: elements[first], second: second, secondElement: elements[second],
      imageShift: SIMD3<Int32>(truncatingIfNeeded: image), distance_A: length(vector), limit_A: limit_A)
  }
}
