import Foundation
import SweepModel
import Testing

@testable import Fitting

/// Counts of points that do not fill up the blocks in which they are read.
struct PaddingTests {
  /// err = 0.8 − 2·e^(−0.6 x), which is below 0 at x = 1: there no lane may be evaluated.
  private static func errors(_ count: Int) -> [FitPoint] {
    let noise = [0.002, -0.001, 0.0015, -0.0025, 0.001, 0.0005, -0.0015, 0.002, -0.001, -0.0005]
    return (0..<count).map { index in
      let x = 2 + 2 * Double(index) / Double(count - 1)
      let y = (0.8 - 2 * exp(-0.6 * x)) * (1 + noise[index % 10])
      return FitPoint(x: x, y: y, cluster: index)
    }
  }

  @Test(arguments: 8...11)
  func errorLaw_nearFourToABlock_profilesAsWideAsTheErrors(count: Int) throws {
    let points = Self.errors(count)
    let fit = try Fitter.fit(points: points, form: .errorLaw, selects: false)
    let held = try Fitter.fit(
      points: points, form: .errorLaw, held: ["gamma": 0.6], uncertainty: .none, selects: false)
    #expect(held.converged)
    #expect(held.objectiveValue < 3 * fit.objectiveValue)
    for parameter in fit.parameters {
      let interval = try #require(parameter.ci95)
      let error = try #require(parameter.standardError)
      #expect(interval.upperBound - interval.lowerBound > 2 * error, "\(parameter.name)")
    }
    let gamma = try #require(fit.parameters[2].ci95)
    #expect(gamma.contains(0.6))
  }
}
