import SweepModel
import Testing
import Wire

@testable import Coordinator

/// When a run ends is told once that can be known, for everything that is left.
@Suite struct ProgressBookTests {
  private func attempt(_ token: Int) throws -> AttemptID {
    let key = try #require(JobKey(hex: String(repeating: "0", count: 63) + String(token)))
    return AttemptID(job: key, number: 1, token: token)
  }

  private func position(_ step: Int) -> Report.Progress {
    Report.Progress(step: step, total: 100, metric: "loss", value: 1)
  }

  @Test func secondsLeft_beforeAnySpeedIsSeen_isUnknown() throws {
    let book = ProgressBook(sweep: "s", startedAt: 0)
    #expect(book.secondsLeft(waitingCPUSeconds: 400, cores: 1, at: 0) == nil)
    book.started(try attempt(1), cpuSeconds: 10, threads: 1, resumes: false, at: 0)
    #expect(book.secondsLeft(waitingCPUSeconds: 400, cores: 1, at: 5) == nil)
    book.moved(try attempt(1), position(1))
    #expect(book.secondsLeft(waitingCPUSeconds: 400, cores: 1, at: 5) == nil)
  }

  /// A program tells its step, and nobody how many there are.
  @Test func secondsLeft_ofAProgram_isNotKnownByItsSteps() throws {
    let book = ProgressBook(sweep: "s", startedAt: 0)
    book.started(try attempt(1), cpuSeconds: 0, threads: 1, resumes: false, at: 0)
    book.moved(try attempt(1), Report.Progress(step: 7, total: 0, metric: "loss", value: 1))
    #expect(book.secondsLeft(of: try attempt(1), at: 20) == nil)
  }

  @Test func secondsLeft_countsWhatWaitsAtTheSpeedOfWhatRuns() throws {
    let book = ProgressBook(sweep: "s", startedAt: 0)
    book.started(try attempt(1), cpuSeconds: 10, threads: 1, resumes: false, at: 0)
    book.moved(try attempt(1), position(50))
    // Half of what was predicted as 10 s took 20 s; 5 s of it and 400 s wait, on two cores.
    #expect(book.secondsLeft(waitingCPUSeconds: 400, cores: 2, at: 20) == 405.0 / 2 * 4)
  }

  @Test func secondsLeft_ofAJobThatGoesOnFromACheckpoint_takesItsOwnWorkOnly() throws {
    let book = ProgressBook(sweep: "s", startedAt: 0)
    book.started(try attempt(1), cpuSeconds: 10, threads: 1, resumes: true, at: 0)
    book.moved(try attempt(1), position(80))
    #expect(book.secondsLeft(waitingCPUSeconds: 0, cores: 1, at: 1) == nil)
    book.moved(try attempt(1), position(90))
    let left = try #require(book.secondsLeft(waitingCPUSeconds: 0, cores: 1, at: 2))
    #expect(abs(left - 2) < 1e-9)
  }
}
