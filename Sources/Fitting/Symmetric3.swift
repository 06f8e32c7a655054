/// A symmetric 3 × 3 matrix, by its upper triangle.
struct Symmetric3 {
  var xx = 0.0
  var xy = 0.0
  var xz = 0.0
  var yy = 0.0
  var yz = 0.0
  var zz = 0.0

  var diagonal: SIMD3<Double> { [xx, yy, zz] }

  /// self += weight · v vᵀ.
  mutating func addOuter(_ v: SIMD3<Double>, weight: Double) {
    xx += weight * v.x * v.x
    xy += weight * v.x * v.y
    xz += weight * v.x * v.z
    yy += weight * v.y * v.y
    yz += weight * v.y * v.z
    zz += weight * v.z * v.z
  }

  /// The matrix with `d` added to its diagonal.
  func adding(diagonal d: SIMD3<Double>) -> Symmetric3 {
    var result = self
    result.xx += d.x
    result.yy += d.y
    result.zz += d.z
    return result
  }

  /// The matrix with the last row and column replaced by the unit ones: z takes no part.
  var withoutZ: Symmetric3 { Symmetric3(xx: xx, xy: xy, yy: yy, zz: 1) }

  /// Solves A·s = b by Cholesky on the matrix scaled to a unit diagonal; nil unless A is safely
  /// positive definite (scaled pivots above 1e-14).
  func solve(_ b: SIMD3<Double>) -> SIMD3<Double>? {
    guard xx > 0, yy > 0, zz > 0 else { return nil }
    let scale = SIMD3(1 / xx.squareRoot(), 1 / yy.squareRoot(), 1 / zz.squareRoot())
    let l21 = xy * scale.x * scale.y
    let l31 = xz * scale.x * scale.z
    let pivot2 = 1 - l21 * l21
    guard pivot2 > 1e-14 else { return nil }
    let l22 = pivot2.squareRoot()
    let l32 = (yz * scale.y * scale.z - l31 * l21) / l22
    let pivot3 = 1 - l31 * l31 - l32 * l32
    guard pivot3 > 1e-14 else { return nil }
    let l33 = pivot3.squareRoot()
    let right = b * scale
    let f1 = right.x
    let f2 = (right.y - l21 * f1) / l22
    let f3 = (right.z - l31 * f1 - l32 * f2) / l33
    let s3 = f3 / l33
    let s2 = (f2 - l32 * s3) / l22
    let s1 = f1 - l21 * s2 - l31 * s3
    return SIMD3(s1, s2, s3) * scale
  }
}
