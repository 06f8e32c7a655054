import Kernels

/// Logits of all pairs of Z_p by the sum of the pair: what of them follows cos and sin of 2πk(x + y)/p.
///
/// The unit directions of cos w_k(x + y) and sin w_k(x + y) on the p² pairs are constant on pairs of equal
/// sum, so that everything follows from the logits' sums over those (arXiv:2301.05217, section 4.2).
public struct LogitSpectrum: Sendable {
  private let basis: FourierBasis
  /// Logits, `p² × p`, pair (x, y) in row x·p + y.
  private let logits: RealMatrix
  /// Their sums over pairs of equal sum, `p × p`: row s, output c.
  private let sums: RealMatrix

  /// Takes logits, `p² × p`.
  public init(_ logits: RealMatrix, _ basis: FourierBasis) {
    let p = basis.modulus
    precondition(logits.rows == p * p && logits.columns == p, "logits are p² × p")
    self.basis = basis
    self.logits = logits
    var sums = RealMatrix(rows: p, columns: p)
    for pair in 0..<p * p {
      let sum = (pair / p + pair % p) % p
      for output in 0..<p { sums[sum, output] += logits[pair, output] }
    }
    self.sums = sums
  }

  private var p: Int { basis.modulus }

  /// Mean of every output over the pairs.
  private var means: [Double] {
    (0..<p).map { output in
      (0..<p).reduce(0) { $0 + sums[$1, output] } / Double(p * p)
    }
  }

  /// The part of the logits along some frequencies, by sum and output, `p × p`.
  public func part(_ frequencies: [Int]) -> RealMatrix {
    var part = RealMatrix(rows: p, columns: p)
    let unit = 2 / Double(p * p)
    for frequency in frequencies {
      for output in 0..<p {
        var (cosine, sine) = (0.0, 0.0)
        for sum in 0..<p {
          cosine += basis.cosine(frequency, sum) * sums[sum, output]
          sine += basis.sine(frequency, sum) * sums[sum, output]
        }
        for sum in 0..<p {
          part[sum, output] +=
            unit
            * (basis.cosine(frequency, sum) * cosine + basis.sine(frequency, sum) * sine)
        }
      }
    }
    return part
  }

  /// Inner product of the logits with the unit tensor cos w_k(x + y − c).
  public func cosineCoefficient(_ frequency: Int) -> Double {
    var total = 0.0
    for sum in 0..<p {
      for output in 0..<p { total += sums[sum, output] * basis.cosine(frequency, sum - output) }
    }
    return total * (2 / Double(p * p * p)).squareRoot()
  }

  /// The multiple of that tensor that is in the logits, by sum and output, `p × p`.
  public func tensorPart(_ frequencies: [Int]) -> RealMatrix {
    var part = RealMatrix(rows: p, columns: p)
    let unit = (2 / Double(p * p * p)).squareRoot()
    for frequency in frequencies {
      let coefficient = cosineCoefficient(frequency)
      for sum in 0..<p {
        for output in 0..<p {
          part[sum, output] += unit * coefficient * basis.cosine(frequency, sum - output)
        }
      }
    }
    return part
  }

  /// Mean cross-entropy of some pairs, nats, and the share of right answers; `missing` is taken off the
  /// logits first, by sum and output.
  public func loss(
    _ pairs: some Collection<Int>, without missing: RealMatrix? = nil
  ) -> (loss: Double, accuracy: Double) {
    var total = 0.0
    var right = 0
    for pair in pairs {
      let sum = (pair / p + pair % p) % p
      var row = Array(logits.row(pair))
      if let missing { for output in 0..<p { row[output] -= missing[sum, output] } }
      let answer = Self.crossEntropy(row, label: sum)
      total += answer.loss
      if answer.isRight { right += 1 }
    }
    let count = Double(max(1, pairs.count))
    return (total / count, Double(right) / count)
  }

  /// Mean cross-entropy over all pairs of the part along some frequencies with the mean of every output,
  /// nats.
  public func restrictedLoss(_ frequencies: [Int]) -> Double {
    let part = part(frequencies)
    let means = means
    var total = 0.0
    for sum in 0..<p {
      let row = (0..<p).map { part[sum, $0] + means[$0] }
      total += Self.crossEntropy(row, label: sum).loss
    }
    return total / Double(p)
  }

  /// Norms of the logits, the mean of every pair and of every output taken off: of all, and of the part along
  /// some frequencies.
  public func norms(_ frequencies: [Int]) -> (all: Double, part: Double) {
    let means = means
    let mean = means.reduce(0, +) / Double(p)
    var all = 0.0
    for pair in 0..<p * p {
      let row = logits.row(pair)
      let own = row.reduce(0, +) / Double(p) - mean
      for (output, logit) in row.enumerated() {
        let centred = logit - means[output] - own
        all += centred * centred
      }
    }
    let part = part(frequencies)
    var square = 0.0
    for sum in 0..<p {
      let row = part.row(sum)
      let own = row.reduce(0, +) / Double(p)
      square += row.reduce(0) { $0 + ($1 - own) * ($1 - own) }
    }
    return (all.squareRoot(), (square * Double(p)).squareRoot())
  }

  /// The norm of all logits as they are.
  public var norm: Double { logits.squareSum.squareRoot() }

  /// Tiny losses are the sum of the wrong outputs' chances, not a difference from 1.
  private static func crossEntropy(
    _ row: [Double], label: Int
  ) -> (loss: Double, isRight: Bool) {
    let largest = row.max() ?? 0
    var wrong = 0.0
    var isRight = true
    for (output, logit) in row.enumerated() where output != label {
      wrong += Elementary.exponential(logit - largest)
      if logit >= row[label] { isRight = false }
    }
    let own = row[label] - largest
    guard own > -600 else { return (Elementary.logarithm(wrong) - own, isRight) }
    let ratio = wrong / Elementary.exponential(own)
    // log(1 + r) of a small r by its series.
    guard ratio < 1e-5 else { return (Elementary.logarithm(1 + ratio), isRight) }
    return (ratio - ratio * ratio / 2 + ratio * ratio * ratio / 3, isRight)
  }
}
