import Glibc
import SweepModel
import Testing

@testable import Fitting

/// Every form on data that it generated, and its derivatives.
struct FormTests {
  struct Truth: CustomStringConvertible, Sendable {
    let form: FitRequest.Form
    let values: [Double]
    /// bnsl3's valleys are too flat for every digit.
    var tolerance = 1e-6
    var description: String { form.rawValue }
  }

  static let truths = [
    Truth(form: .power, values: [7, 0.3]), Truth(form: .offset, values: [1.5, 40, 0.34]),
    Truth(form: .shifted, values: [1.5, 400, 0.5, 5000]),
    Truth(form: .m4, values: [0.2, 120, 0.5, 0.4]),
    Truth(form: .bnsl1, values: [0.5, 3, 0.05, 0.4, 1e5, 0.3]),
    Truth(form: .bnsl2, values: [0.3, 3, 0.02, 0.3, 3e4, 0.2, 0.3, 1e6, 0.2], tolerance: 1e-4),
    Truth(form: .chinchilla, values: [1.8, 480, 2100, 0.35, 0.37]),
    Truth(form: .chinchillaTied, values: [1.8, 480, 2100, 0.36]),
    Truth(form: .overtrained, values: [1.5, 140, 190, 0.12]),
    Truth(form: .repeated, values: [1.9, 500, 1500, 0.35, 0.36, 5, 15], tolerance: 1e-4),
    Truth(form: .quanta, values: [2, 0.4, 1e7]),
    Truth(form: .quantaData, values: [2, 0.4, 1e4, 20], tolerance: 1e-4),
    Truth(form: .errorLaw, values: [0.76, 1.3, 0.97]),
  ]

  /// Places over three decades, and a grid of them for several inputs.
  private func inputs(_ form: FitRequest.Form) -> [[Double]] {
    func geometric(_ first: Double, _ ratio: Double, _ count: Int) -> [Double] {
      (0..<count).map { first * pow(ratio, Double($0)) }
    }
    func grid(_ first: [Double], _ second: [Double]) -> [[Double]] {
      first.flatMap { x in second.map { [x, $0] } }
    }
    switch form {
    case .chinchilla, .chinchillaTied:
      return grid(geometric(4e7, 5, 6), geometric(1e9, 6, 5))
    case .overtrained:
      return grid(geometric(1e17, 9, 6), geometric(5, 3, 5))
    case .repeated:
      let places = grid(geometric(2e7, 6, 5), geometric(1e8, 5, 5))
      return places.flatMap { place in
        [1.0, 4, 20, 60].map { epochs in place + [place[1] / epochs] }
      }
    case .m4: return geometric(9e3, 1.4, 24).map { [$0] }
    case .errorLaw: return geometric(1.5, 1.06, 24).map { [$0] }
    default: return geometric(3e3, 1.4, 24).map { [$0] }
    }
  }

  private func points(_ truth: Truth) -> [FitPoint] {
    let curve = ScalingCurve(form: truth.form, values: truth.values)
    return inputs(truth.form).enumerated().map { index, inputs in
      FitPoint(
        x: inputs[0], further: Array(inputs.dropFirst()), y: curve.prediction(at: inputs),
        cluster: index)
    }
  }

  @Test(arguments: truths)
  func exactData_anyForm_givesItsParameters(truth: Truth) throws {
    let fit = try Fitter.fit(
      points: points(truth), form: truth.form, uncertainty: .none, selects: false)
    for (parameter, value) in zip(fit.parameters, truth.values) {
      #expect(
        abs(parameter.value - value) <= truth.tolerance * abs(value),
        "\(truth) \(parameter.name) = \(parameter.value), not \(value), F \(fit.objectiveValue)")
    }
  }

  /// Central differences of ln f and of its gradient.
  @Test(arguments: truths)
  func derivatives_anyForm_agreeWithDifferences(truth: Truth) throws {
    let points = points(truth)
    let binding = Binding(points: points, form: truth.form, held: [:])
    let problem = Problem(
      model: binding.model, sample: binding.sample, isRaw: true, threshold: .infinity)
    var theta = binding.model.theta(truth.values)
    for index in 0..<truth.values.count { theta[index] += 0.01 * (1 + Double(index % 3)) }
    let exact = problem.residualJets(theta)
    for index in truth.values.indices {
      let step = 1e-5 * max(1, abs(theta[index]))
      var (up, down) = (theta, theta)
      up[index] += step
      down[index] -= step
      let above = problem.residualJets(up)
      let below = problem.residualJets(down)
      for point in points.indices where above[point].r.isFinite && below[point].r.isFinite {
        let slope = (above[point].r - below[point].r) / (2 * step)
        let scale = 1e-5 * (1 + abs(slope))
        #expect(abs(exact[point].gradient[index] - slope) < scale, "\(truth) θ\(index) at \(point)")
        for other in truth.values.indices {
          let bend =
            (above[point].gradient[other] - below[point].gradient[other]) / (2 * step)
          #expect(
            abs(exact[point].hessian[index, other] - bend) < 1e-4 * (1 + abs(bend)),
            "\(truth) θ\(index)\(other) at \(point)")
        }
      }
    }
  }

  /// New units of inputs and metric change units, not exponents or the objective.
  @Test
  func units_ofSeveralInputs_doNotMatter() throws {
    var noise = Noise(seed: 12)
    let truth = Truth(form: .chinchilla, values: [1.8, 480, 2100, 0.35, 0.37])
    let one = points(truth).map {
      FitPoint(
        x: $0.x, further: [$0.inputs[1]], y: $0.y * exp(0.01 * noise.normal()), cluster: $0.cluster)
    }
    let other = one.map {
      FitPoint(x: $0.x * 1e-6, further: [$0.inputs[1] * 1e5], y: $0.y * 1e3, cluster: $0.cluster)
    }
    for objective: FitRequest.Objective in [.logLeastSquares, .huber(delta: 1e-3), .leastAbsolute] {
      let fits = try [one, other].map {
        try Fitter.fit(
          points: $0, form: .chinchilla, objective: objective, uncertainty: .none, selects: false)
      }
      #expect(abs(fits[0].objectiveValue / fits[1].objectiveValue - 1) < 1e-9, "\(objective)")
      for name in ["alpha", "beta"] {
        #expect(abs(value(fits[0], name) - value(fits[1], name)) < 1e-6, "\(objective) \(name)")
      }
    }
  }

  /// Σ_{k=a}^{b-1} k^-s, summed term by term.
  @Test(arguments: [0.5, 1.1, 1.4, 2.5, 4], [1, 3, 40])
  func hurwitzTail_wholeEnds_isTheSum(s: Double, first: Int) {
    let sum = (first..<500).reversed().reduce(0) { $0 + pow(Double($1), -s) }
    let tail =
      HurwitzZeta.value(Jet(s, of: 1), Jet(Double(first), of: 1))
      - HurwitzZeta.value(Jet(s, of: 1), Jet(500, of: 1))
    #expect(abs(tail.value - sum) < 1e-13 * sum)
  }
}
