import Findings
import SweepModel
import Testing

/// What is said of programs of which nobody knows beforehand what they take.
@Suite struct LearntEstimatesTests {
  private static let signature = WorkloadSignature(
    name: "script", resultVersion: 1, parameters: [], estimate: { _ in .unknown(usefulThreads: 2) })

  private static func job(_ width: Int, _ seed: Int) throws -> Job {
    let number = String(1000 * width + seed)
    return Job(
      key: try #require(
        JobKey(hex: String(repeating: "0", count: 64 - number.count) + number)),
      workload: "script", parameters: parameters(width, seed))
  }

  private static func parameters(_ width: Int, _ seed: Int, _ model: String = "a") -> Parameters {
    Parameters([
      Parameters.Entry(name: "width", value: .integer(width)),
      Parameters.Entry(name: "seed", value: .integer(seed)),
      Parameters.Entry(name: "model", value: .text(model)),
    ])
  }

  private static func learn(_ jobs: [Job]) -> LearntEstimates {
    LearntEstimates(of: jobs, signature) { keys in
      Dictionary(
        uniqueKeysWithValues: jobs.filter { keys.contains($0.key) }.map { job in
          let width = job.parameters.integer("width")
          return (
            job.key,
            JobUse(
              threads: 2, wallSeconds: Double(width), cpuSeconds: 1.5 * Double(width),
              memoryBytes: width << 20)
          )
        })
    }
  }

  @Test func estimates_byJobsThatAreDone_coverOthers() throws {
    let learnt = Self.learn(try [8, 16, 64, 256].map { try Self.job($0, 0) })
    let estimate = learnt.estimate(Self.parameters(128, 7))
    // Two threads help it: on one it takes twice as long.
    #expect(estimate.isKnown && abs(estimate.cpuSeconds - 256) < 30)
    #expect(estimate.memoryBytes > 128 << 20 && estimate.memoryBytes < 256 << 20)
    #expect(estimate.usefulThreads == 2 && learnt.count == 4)
    #expect(abs((learnt.cpuSeconds(Self.parameters(128, 7)) ?? 0) - 192) < 25)
  }

  @Test func estimates_ofWhatNoneShows_areUnknown() throws {
    let none = Self.learn([])
    #expect(!none.estimate(Self.parameters(8, 0)).isKnown && none.count == 0)
    #expect(none.cpuSeconds(Self.parameters(8, 0)) == nil)
    let alike = Self.learn(try [0, 1, 2].map { try Self.job(8, $0) })
    #expect(alike.estimate(Self.parameters(8, 9)).isKnown)
    // All that are done have that width and that word.
    #expect(!alike.estimate(Self.parameters(16, 0)).isKnown)
    #expect(!alike.estimate(Self.parameters(8, 0, "b")).isKnown)
  }
}
