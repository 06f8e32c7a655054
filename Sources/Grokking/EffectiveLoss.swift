/// The effective loss of embeddings, ℓ = ℓ₀/Z₀ with ℓ₀ = Σ |E_i + E_n − E_j − E_m|² over
/// parallelograms and Z₀ = Σ |E|² (arXiv:2205.10343, §3.3).
///
/// Gradient flow on it keeps Z₀ and pulls embeddings together into parallelograms:
/// dE/dt = (2ℓ₀/Z₀²)·E − (2/Z₀)·AᵀA·E, with a row of A a parallelogram. It follows trained
/// embeddings, and its slowest mode sets the time until they generalise.
public struct EffectiveLoss: Sendable {
  /// Symbols, p.
  public let symbols: Int
  /// AᵀA, `symbols × symbols`, row-major.
  public let form: [Double]

  /// Builds the loss over parallelograms: those of a training set, or all.
  public init(_ parallelograms: [Parallelogram], symbols: Int) {
    self.symbols = symbols
    var form = [Double](repeating: 0, count: symbols * symbols)
    for parallelogram in parallelograms {
      let row = parallelogram.equation(symbols: symbols)
      for a in row.indices where row[a] != 0 {
        for b in row.indices { form[a * symbols + b] += Double(row[a] * row[b]) }
      }
    }
    self.form = form
  }

  /// ℓ of embeddings, `symbols × dimension`, row-major; 0 when all are 0.
  public func value(_ embeddings: [Double]) -> Double {
    let size = Self.size(embeddings)
    return size > 0 ? parts(embeddings).loss / size : 0
  }

  /// dE/dt of embeddings, `symbols × dimension`, row-major; their size must not be 0.
  public func velocity(_ embeddings: [Double]) -> [Double] {
    let size = Self.size(embeddings)
    let (loss, pull) = parts(embeddings)
    let growth = 2 * loss / (size * size)
    return embeddings.indices.map { growth * embeddings[$0] - 2 / size * pull[$0] }
  }

  /// Follows the flow by Euler steps of `interval`, as published (there the embeddings' learning
  /// rate), and returns `steps + 1` embeddings, the given ones first.
  public func flow(_ embeddings: [Double], interval: Double, steps: Int) -> [[Double]] {
    var trajectory = [embeddings]
    for _ in 0..<steps {
      let last = trajectory[trajectory.count - 1]
      trajectory.append(zip(last, velocity(last)).map { $0 + interval * $1 })
    }
    return trajectory
  }

  /// Eigenvalues of AᵀA, ascending. At least two are 0 for p ≥ 2: shift and scale.
  public var modes: [Double] { SymmetricMatrix(form, size: symbols).eigenvalues }

  /// How fast the slowest mode besides shift and scale decays in standardised embeddings, whose
  /// Z₀ is p − 1 a component: 2λ₃/Z₀ per unit of the flow's time. 0 when the linear representation
  /// is not unique, or when there are fewer than three symbols.
  public var slowestRate: Double {
    guard symbols > 2 else { return 0 }
    let modes = modes
    // What rounding leaves of a zero is far below the smallest mode of whole-number equations.
    guard modes[2] > 1e-9 * max(1, modes[symbols - 1]) else { return 0 }
    return 2 * modes[2] / Double(symbols - 1)
  }

  private static func size(_ embeddings: [Double]) -> Double {
    embeddings.reduce(0) { $0 + $1 * $1 }
  }

  /// ℓ₀ = Eᵀ·AᵀA·E and AᵀA·E.
  private func parts(_ embeddings: [Double]) -> (loss: Double, pull: [Double]) {
    let dimension = embeddings.count / symbols
    precondition(embeddings.count == symbols * dimension, "embeddings are symbols × dimension")
    var pull = [Double](repeating: 0, count: embeddings.count)
    var loss = 0.0
    for symbol in 0..<symbols {
      for component in 0..<dimension {
        var sum = 0.0
        for other in 0..<symbols {
          sum += form[symbol * symbols + other] * embeddings[other * dimension + component]
        }
        pull[symbol * dimension + component] = sum
        loss += sum * embeddings[symbol * dimension + component]
      }
    }
    return (loss, pull)
  }
}
