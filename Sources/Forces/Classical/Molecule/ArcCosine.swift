/// acos of eight numbers in −1…1, to 2e-15.
///
/// asin by the rational function of the Cephes library (S. L. Moshier, Methods and Programs for Mathematical
/// Functions, 1989) for arguments up to ½, and beyond through acos x = 2 asin √((1 − x)/2).
@inline(__always)
func arcCosine(_ x: SIMD8<Double>) -> SIMD8<Double> {
  let size = x.replacing(with: 0 - x, where: x .< 0)
  let isLarge = size .> 0.5
  let half = (1 - size) * 0.5
  let a = size.replacing(with: half.squareRoot(), where: isLarge)
  let z = a * a
  var p = SIMD8<Double>(repeating: 4.253011369004428248960e-3)
  p = SIMD8(repeating: -6.019598008014123785661e-1).addingProduct(p, z)
  p = SIMD8(repeating: 5.444622390564711410273).addingProduct(p, z)
  p = SIMD8(repeating: -1.626247967210700244449e1).addingProduct(p, z)
  p = SIMD8(repeating: 1.956261983317594739197e1).addingProduct(p, z)
  p = SIMD8(repeating: -8.198089802484824371615).addingProduct(p, z)
  var q = z - 1.474091372988853791896e1
  q = SIMD8(repeating: 7.049610280856842141659e1).addingProduct(q, z)
  q = SIMD8(repeating: -1.471791292232726029859e2).addingProduct(q, z)
  q = SIMD8(repeating: 1.395105614657485689735e2).addingProduct(q, z)
  q = SIMD8(repeating: -4.918853881490881290097e1).addingProduct(q, z)
  let arcSine = a.addingProduct(a, z * p / q)
  let ofSize = (Double.pi / 2 - arcSine).replacing(with: arcSine * 2, where: isLarge)
  return ofSize.replacing(with: Double.pi - ofSize, where: x .< 0)
}
