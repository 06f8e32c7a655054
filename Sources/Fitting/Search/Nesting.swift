import Glibc
import SweepModel

/// The forms that a form contains, so that its fit is never worse than theirs: their minima, as
/// parameters of the form, are among the places from which its descent begins.
struct Nesting {
  let points: [FitPoint]
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  let held: [String: Double]

  /// Minima of a contained form that are taken over.
  private static let most = 4

  /// Places in a model of the form.
  func starts(in model: CurveModel) -> [Vector] {
    form.contained.flatMap { inner in
      minima(of: inner.form).map { inner.embed($0) }
    }.map { model.theta($0) }.filter { theta in
      (0..<model.parameterCount).allSatisfy { theta[$0].isFinite }
    }
  }

  /// The parameters at the best minima of a contained form; none where the points cannot carry it.
  private func minima(of inner: FitRequest.Form) -> [[Double]] {
    let names = Set(inner.parameters.map(\.name))
    var held: [String: Double] = [:]
    for (name, value) in self.held {
      let own = inner.breakCount == 0 && form.breakCount > 0 && name == "c0" ? "c" : name
      if names.contains(own) { held[own] = value }
    }
    let points = points.map { $0.cut(to: inner.inputCount) }
    guard (try? FitCheck(form: inner, objective: objective, held: held).check(points, .none)) != nil
    else { return [] }
    let binding = Binding(points: points, form: inner, held: held)
    let search = Search(form: inner, objective: objective)
    let outcome = search.run(
      search.problem(binding),
      contained: Nesting(points: points, form: inner, objective: objective, held: held)
        .starts(in: binding.model))
    let found = outcome.minima.isEmpty ? [outcome.best] : outcome.minima
    return found.prefix(Self.most).map { binding.model.values($0.theta) }
  }
}

extension FitRequest.Form {
  /// A form that another one contains, with its parameters as those of the other.
  typealias Contained = (form: FitRequest.Form, embed: @Sendable ([Double]) -> [Double])

  /// The largest forms that this one contains; what they contain is contained, too.
  var contained: [Contained] {
    switch self {
    case .offset: [(.power, { [0, $0[0], $0[1]] })]
    case .shifted: [(.offset, { $0 + [0] })]
    case .m4: [(.offset, { $0 + [0] })]
    // b(x + x₀)^-c is a break at x₀ with f = 1.
    case .bnsl1:
      [
        (
          .shifted,
          { values in
            let place = values[3]
            return place > 0
              ? [values[0], values[1] * pow(place, -values[2]), 0, values[2], place, 1]
              : [values[0], values[1], values[2], 0, 1, 1]
          }
        )
      ]
    case .bnsl2: [(.bnsl1, { $0 + [0, $0[4], $0[5]] })]
    case .bnsl3: [(.bnsl2, { $0 + [0, $0[4], $0[5]] })]
    case .chinchilla: [(.chinchillaTied, { $0 + [$0[3]] })]
    case .repeated: [(.chinchilla, { $0 + [repeatedLimit, repeatedLimit] })]
    case .power, .chinchillaTied, .overtrained, .quanta, .quantaData, .errorLaw: []
    }
  }

  /// R with which repeated data are worth as much as new ones, to rounding.
  private var repeatedLimit: Double { exp(30) }
}
