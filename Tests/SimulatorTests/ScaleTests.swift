import Simulator
import Testing

@Suite struct ScaleTests {
  /// Steps a job grow with the logarithm at most: from 2 000 to 16 000 jobs by a third.
  @Test func stepsPerJob_withEightTimesTheJobs_stayFlat() {
    func steps(_ jobs: Int) -> Double {
      var run = ScaleRun(jobs: jobs, workers: 200)
      run.join()
      run.run()
      #expect(run.recorded == jobs)
      return Double(run.work) / Double(jobs)
    }
    let few = steps(2000)
    let many = steps(16_000)
    #expect(many < 1.35 * few, "\(few) steps a job, then \(many)")
  }
}
