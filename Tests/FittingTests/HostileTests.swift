import Fitting
import Glibc
import SweepModel
import Testing

/// Data that no form is meant for: nothing crashes, and the work stays bounded.
struct HostileTests {
  static let seed: UInt64 = 77

  /// Noise over many decades, ties, steps, or values near the ends of what a double holds.
  private func points(_ kind: Int, _ form: FitRequest.Form, _ noise: inout Noise) -> [FitPoint] {
    (0..<16).map { index in
      let inputs = (0..<form.inputCount).map { input -> Double in
        switch kind {
        case 0: exp(20 * noise.normal())
        case 1: Double(1 + (index + input) % 4)
        case 2: pow(10, Double((index * (input + 3)) % 16) * 18 - 140)
        default: exp(1e-9 * noise.normal())
        }
      }
      let y =
        switch kind {
        case 0: exp(20 * noise.normal())
        case 1: index % 2 == 0 ? 1e-8 : 0.5
        case 2: pow(10, Double(index) * 15 - 120)
        default: 0.5 + 1e-12 * Double(index)
        }
      return FitPoint(
        x: inputs[0], further: Array(inputs.dropFirst()), y: form == .m4 ? min(y, 0.99) : y,
        cluster: index)
    }
  }

  /// Each objective once; both smooth and kinked ones of one kind where that takes no time.
  private func objectives(
    _ kind: Int, _ form: FitRequest.Form
  ) -> [FitRequest.Objective] {
    guard kind % 2 == 0 else { return [.leastSquares] }
    if form.parameters.count < 5 { return [.logLeastSquares, .leastAbsolute] }
    return kind == 0 ? [.logLeastSquares] : [.leastAbsolute]
  }

  @Test(arguments: FitRequest.Form.allCases)
  func anyForm_onSenselessData_endsWithAFitOrAReason(form: FitRequest.Form) {
    var noise = Noise(seed: Self.seed)
    for kind in 0..<4 {
      let points = points(kind, form, &noise)
      for objective in objectives(kind, form) {
        do {
          let fit = try Fitter.fit(
            points: points, form: form, objective: objective, uncertainty: .asymptotic,
            selects: kind == 3 && form.parameters.count < 5, profiles: kind == 0 && form == .offset)
          #expect(fit.objectiveValue >= 0, "seed \(Self.seed), kind \(kind), \(objective)")
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }
}
