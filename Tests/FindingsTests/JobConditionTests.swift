import SweepModel
import Testing

@testable import Findings

/// Jobs are chosen by the same rules in every command.
struct JobConditionTests {
  private func job(
    _ parameters: [String: Value], _ scalars: [String: Double] = [:]
  ) throws -> JobRecord {
    let entries = parameters.map { Parameters.Entry(name: $0.key, value: $0.value) }
    let key = try #require(JobKey(hex: String(repeating: "a", count: 64)))
    return JobRecord(
      index: 3, job: Job(key: key, workload: "w", parameters: Parameters(entries)), state: .done,
      attempts: 1, scalars: scalars.map { JobResult.Scalar($0.key, $0.value) })
  }

  @Test(arguments: [
    "alpha=0.10", "alpha=1e-1", "alpha=0.1,5", "alpha=0.05..0.1", "alpha=..0.1", "alpha>0.09",
    "alpha>=0.1", "alpha<=0.10", "width=8", "width==8", "width = 8.0", "width=range(0,9)",
    "width=range(2,9,3)", "width!=9,10", "big=200_000", "big=2e5", "regime=online",
    "regime!=fixed", "flag=true", "loss.final<0.5", "loss<0.5", "position=3", "#=3", "tries=1",
    "state=done",
  ])
  func condition_thatHolds_takesTheJob(text: String) throws {
    let job = try job(
      [
        "alpha": .real(0.1), "width": .integer(8), "big": .integer(200_000),
        "regime": .text("online"), "flag": .flag(true),
      ], ["loss.final": 0.25])
    #expect(try JobCondition(parsing: text).holds(job), "\(text)")
  }

  @Test(arguments: [
    "alpha=0.11", "alpha>0.1", "width!=8", "width!=5..9", "width=range(0,8)",
    "width=range(0,9,3)", "width<8", "regime=fixed", "regime>1", "none=1", "none!=1",
  ])
  func condition_thatDoesNotHold_leavesTheJob(text: String) throws {
    let job = try job(["alpha": .real(0.1), "width": .integer(8), "regime": .text("online")])
    #expect(try !JobCondition(parsing: text).holds(job), "\(text)")
  }

  @Test(arguments: [
    "width", "=3", "width=", "width>a", "width>1,2", "width=9..3", "width=range(3)",
  ])
  func condition_malformed_saysWhy(text: String) {
    #expect(throws: (any Error).self) { try JobCondition(parsing: text) }
  }
}
