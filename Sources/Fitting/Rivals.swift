import SweepModel

/// The forms that a plain power law is compared with, all by least squares of logarithms.
struct Rivals {
  let points: [FitPoint]
  let form: FitRequest.Form

  /// A lower AICc by so much is strong evidence (Burnham & Anderson 2002, table 2.6).
  private static let margin = 10.0
  /// Beyond so many points the finite pool is not tried.
  private static let limit = 400

  func warnings() -> [FitWarning] {
    guard form == .power, let aicc = rival(.power)?.aicc else { return [] }
    let floor = rival(.offset)
    if points.count <= Self.limit, let pool = rival(.quanta), pool.aicc < aicc - Self.margin,
      pool.aicc < floor?.aicc ?? .infinity, let alpha = pool.fit.parameter("alpha")?.value
    {
      return [
        FitWarning(
          .finiteQuanta,
          "The curve bends as a finite pool of quanta bends it (AICc lower by "
            + "\(Self.rounded(aicc - pool.aicc)), alpha \(Self.rounded(alpha))): the slope of a "
            + "power law is then too steep. Fit the form quanta.")
      ]
    }
    if let floor, floor.aicc < aicc - Self.margin, let level = floor.fit.parameter("E")?.value {
      return [
        FitWarning(
          .offsetIgnored,
          "With a floor AICc is lower by \(Self.rounded(aicc - floor.aicc)) (E = "
            + "\(Self.rounded(level))): the slope of a power law is then too flat. Fit the form "
            + "offset.")
      ]
    }
    return []
  }

  private func rival(_ form: FitRequest.Form) -> (fit: Fit, aicc: Double)? {
    guard
      let fit = try? Fitter.fit(
        points: points, form: form, uncertainty: .none, selects: false),
      fit.converged, !fit.isFloorAtBound,
      fit.warnings.allSatisfy({ $0.code != .parameterAtBoundary })
    else { return nil }
    let n = Double(points.count)
    let k = Double(form.parameters.count + 1)
    guard n > k + 1 else { return nil }
    let deviance = Deviance.value(fit.objective, fit.objectiveValue, count: points.count)
    return (fit, deviance + 2 * k + 2 * k * (k + 1) / (n - k - 1))
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
}
