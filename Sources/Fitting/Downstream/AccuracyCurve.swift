import Glibc

/// Accuracy as a sigmoid of a loss: chance + (ceiling − chance)/(1 + exp(k·(loss − L0))).
public struct AccuracyCurve: Hashable, Sendable {
  /// Accuracy at infinite loss.
  public let chance: Double
  /// Accuracy far below L0.
  public let ceiling: Double
  /// How steep it is, 1 over the loss's unit; above 0.
  public let k: Double
  /// The loss halfway.
  public let middle: Double

  /// Accuracy at a loss.
  public func accuracy(at loss: Double) -> Double {
    chance + (ceiling - chance) / (1 + exp(k * (loss - middle)))
  }

  /// Least squares of accuracies on a sigmoid of losses; chance and ceiling are fitted within [0, 1]
  /// where they are nil. Nil where nothing fits: fewer points than free numbers, or equal losses.
  init?(
    losses: [Double], accuracies: [Double], chance: Double?, ceiling: Double?,
    near start: AccuracyCurve? = nil
  ) {
    let free = 2 + (chance == nil ? 1 : 0) + (ceiling == nil ? 1 : 0)
    let distinct = Set(losses).sorted()
    guard distinct.count >= free, let low = distinct.first, let high = distinct.last else {
      return nil
    }
    let descent = SigmoidDescent(
      losses: losses, accuracies: accuracies, chance: chance, ceiling: ceiling, span: high - low)
    // A resample's place may lie off the whole fit's: far along what its runs hardly determine.
    var starts = start.map { Self.around($0, ceiling: ceiling, span: high - low) } ?? []
    let (least, most) = (accuracies.min() ?? 0, accuracies.max() ?? 1)
    if start == nil {
      for share in [-0.5, 0.0, 0.25, 0.5, 0.75, 1.0] {
        for steepness in [1.0, 3.0, 10.0, 30.0] {
          starts.append([
            chance ?? max(0, least - 0.02), ceiling ?? min(1, most + 0.1),
            log(steepness / (high - low)), low + share * (high - low),
          ])
        }
      }
    }
    let ends = starts.map { descent.run(from: $0) }
    guard let best = ends.min(by: { $0.value < $1.value }), best.value.isFinite else { return nil }
    self.init(
      chance: best.place[0], ceiling: best.place[1], k: exp(best.place[2]), middle: best.place[3])
  }

  /// The place of a curve, and places with half and twice its steepness and its middle moved with it.
  private static func around(
    _ curve: AccuracyCurve, ceiling: Double?, span: Double
  ) -> [[Double]] {
    [(1.0, 0.0), (0.5, 0), (2, 0), (1, -0.5), (1, 0.5)].map { steeper, moved in
      [
        curve.chance, ceiling == nil && moved < 0 ? 1 : curve.ceiling, log(curve.k * steeper),
        curve.middle + moved * span,
      ]
    }
  }

  private init(chance: Double, ceiling: Double, k: Double, middle: Double) {
    self.chance = chance
    self.ceiling = ceiling
    self.k = k
    self.middle = middle
  }
}

/// Levenberg's method in chance, ceiling, ln k and the middle, within their bounds.
private struct SigmoidDescent {
  let losses: [Double]
  let accuracies: [Double]
  let chance: Double?
  let ceiling: Double?
  let span: Double

  func run(from start: [Double]) -> (place: [Double], value: Double) {
    var place = start
    var value = self.value(place)
    var damping = 1e-3
    for _ in 0..<300 {
      let (gram, moments) = linearised(place)
      var moved = false
      while damping < 1e12 {
        var metric = Vector()
        for index in 0..<4 { metric[index] = max(gram[index, index], 1e-12) }
        if let factor = Cholesky(
          gram, parameters: 4, free: free(place, moments), damping: damping, metric: metric)
        {
          let step = factor.solve(moments)
          let next = bounded((0..<4).map { place[$0] + step[$0] })
          let there = self.value(next)
          if there < value {
            let gain = value - there
            (place, moved) = (next, gain > 1e-13 * value)
            value = there
            damping = max(1e-12, damping / 5)
            break
          }
        }
        damping *= 4
      }
      if !moved { break }
    }
    return (place, value)
  }

  private func value(_ place: [Double]) -> Double {
    zip(losses, accuracies).reduce(0) { sum, pair in
      let r = pair.1 - place[0] - (place[1] - place[0]) * share(pair.0, place)
      return sum + r * r
    }
  }

  private func share(_ loss: Double, _ place: [Double]) -> Double {
    1 / (1 + exp(exp(place[2]) * (loss - place[3])))
  }

  /// JᵀJ and Jᵀr.
  private func linearised(_ place: [Double]) -> (Symmetric, Vector) {
    var gram = Symmetric()
    var moments = Vector()
    let k = exp(place[2])
    for (loss, accuracy) in zip(losses, accuracies) {
      let s = share(loss, place)
      let slope = (place[1] - place[0]) * s * (1 - s)
      let row = [1 - s, s, -slope * k * (loss - place[3]), slope * k]
      let r = accuracy - place[0] - (place[1] - place[0]) * s
      for i in 0..<4 {
        moments[i] += row[i] * r
        for j in 0...i { gram[i, j] += row[i] * row[j] }
      }
    }
    for i in 0..<4 where gram[i, i] <= 0 { gram[i, i] = 1e-300 }
    return (gram, moments)
  }

  /// What may move: not held, and not pushed against a bound.
  private func free(_ place: [Double], _ moments: Vector) -> Mask {
    var mask = Mask.all(4)
    mask[0] = chance == nil && !(place[0] <= 0 && moments[0] < 0)
    mask[1] = ceiling == nil && !(place[1] >= 1 && moments[1] > 0)
    return mask
  }

  private func bounded(_ place: [Double]) -> [Double] {
    let logK = min(max(place[2], log(1e-2 / span)), log(1e4 / span))
    let low = chance ?? min(max(0, place[0]), 0.999)
    let high = ceiling ?? max(min(1, place[1]), low + 1e-6)
    return [low, high, logK, min(max(place[3], -100 * span), 100 * span + 100)]
  }
}
