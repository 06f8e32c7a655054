import Foundation
import LabSupport
import Testing

/// A run that its time limit stops, from its checkpoint to the fit.
@Suite struct CensoredRunTests {
  private static let sweep = """
    name: limited
    workload: self-test
    settings: {exponent: 0.5, noise: 0.05, stepMilliseconds: 10}
    grid:
      zip: {size: [64, 128, 256, 512, 1024], steps: [5, 6, 7, 8, 1000000]}
    resources: {timeout: 1s}
    retries: {max: 0}
    fits: {c: {x: parameters, y: loss.final}}
    """

  @Test func itsLastLoss_isAnUpperBoundOfTheFit() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("limited.yaml", Self.sweep)
      let run = await sandbox.quanta("run", "limited.yaml", "--checkpoint-seconds", "0.1")
      #expect(run.status == 1, "\(run.output)")
      let result = await sandbox.quanta(
        "fit", "limited", "--bootstrap", "0", "--allow-incomplete", "--json")
      #expect(result.status == 0, "\(result.output)")
      let fits = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      let fit = try #require((fits as? [[String: Any]])?.first)
      #expect(fit["n"] as? Int == 5)
      #expect(fit["upperBounds"] as? Int == 1)
      let grid = try #require(fit["grid"] as? [String: Any])
      let missing = try #require((grid["missing"] as? [[String: Any]])?.first)
      #expect((missing["lastStep"] as? Int ?? 0) > 0)
      let value = try #require(missing["lastValue"] as? Double)
      #expect(abs(value * 32 - 1) < 0.06, "1024^-0.5 and a little noise: \(value)")
    }
  }
}
