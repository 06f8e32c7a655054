import Glibc
public import SweepModel

/// A form with values for its parameters: a curve that can be evaluated anywhere.
public struct ScalingCurve: Hashable, Sendable {
  /// The form.
  public let form: FitRequest.Form
  /// The parameters' values in the order of ``SweepModel/FitRequest/Form/parameters``.
  public let values: [Double]

  /// Creates a curve.
  public init(form: FitRequest.Form, values: [Double]) {
    precondition(values.count == form.parameters.count, "one value for each parameter")
    self.form = form
    self.values = values
  }

  /// A parameter's value; nil when the form has none of that name.
  public func value(_ name: String) -> Double? {
    form.parameters.firstIndex { $0.name == name }.map { values[$0] }
  }

  /// The metric at the form's inputs, in the unit in which the parameters are.
  public func prediction(at inputs: [Double]) -> Double {
    exp(PredictionGrid(form: form, inputs: [inputs]).logValues(values)[0])
  }

  /// The metric of a form of one input.
  public func prediction(at x: Double) -> Double { prediction(at: [x]) }
}

/// Places at which many curves of one form are evaluated.
struct PredictionGrid {
  private let problem: Problem
  private let parameters: [FormParameter]

  init(form: FitRequest.Form, inputs: [[Double]]) {
    let points = inputs.map {
      FitPoint(x: $0[0], further: Array($0.dropFirst()), y: 1, cluster: 0)
    }
    let binding = Binding(points: points, form: form, held: [:], isCentred: false)
    self.parameters = form.parameters
    self.problem = Problem(
      model: binding.model, sample: binding.sample, isRaw: false, threshold: .infinity)
  }

  /// ln f at every place.
  func logValues(_ values: [Double]) -> [Double] {
    problem.residuals(Vector(zip(parameters, values).map { $0.linear($1) }))
  }
}
