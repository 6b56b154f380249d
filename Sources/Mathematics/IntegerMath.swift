/// The greatest common divisor of two numbers that are not negative; of 0 and n it is n.
package func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

/// The determinant of a 3×3 matrix of integers, `[row][column]`, small enough that products of three do not
/// overflow.
package func determinant(_ m: [[Int]]) -> Int {
  m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
    - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
    + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}
