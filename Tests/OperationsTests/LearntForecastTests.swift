import SweepModel
import Testing

@testable import Operations

/// What a plan foretells of programs of which nobody knows beforehand what they take.
struct LearntForecastTests {
  private func forecast(
    _ jobs: [(seconds: Double?, open: Double)], resources: Resources = Resources(),
    hosts: [HostSpec]? = nil, from done: Int = 3
  ) -> PlanForecast {
    PlanForecast(
      jobs.map { job in
        let known = job.seconds.map {
          JobEstimate(
            modelParameters: 0, samples: 0, memoryBytes: 1 << 30, cpuSeconds: $0, usefulThreads: 1)
        }
        return (known ?? .unknown(), job.open)
      }, resources: resources, hosts: hosts ?? [Self.host(4)], basis: .learnt(jobs: done))
  }

  private static func host(_ cores: Int, _ named: [String: Amount] = [:]) -> HostSpec {
    HostSpec(
      name: "a", access: .ssh(SSHAddress(host: "a")),
      limits: Amounts(threads: cores, memoryBytes: 1 << 40, named: named))
  }

  @Test func forecast_whileNothingIsKnown_saysSo() {
    let unknown = forecast([(nil, 12)], from: 0)
    #expect(unknown.cpuSeconds == nil && unknown.wallSeconds == nil)
    #expect(
      unknown.lines == [
        "time          unknown until the first jobs end",
        "memory        unknown until the first jobs end",
      ])
    // One size of many suffices.
    #expect(forecast([(10, 5), (nil, 1)]).wallSeconds == nil)
    #expect(forecast([(10, 5), (nil, 0)]).wallSeconds != nil)
  }

  @Test func forecast_byJobsThatAreDone_endsWhenPlacesAllow() {
    let plain = forecast([(100, 1), (10, 8)])
    #expect(plain.cpuSeconds == 180 && plain.wallSeconds == 100)
    #expect(plain.lines[0] == "time          3 min one after another, by 3 jobs that are done")
    #expect(forecast([(10, 9)]).wallSeconds == 30)
    let threads = Resources(Amounts(threads: 2))
    #expect(forecast([(10, 8)], resources: threads).wallSeconds == 40)
    let gpus = Resources(Amounts(named: ["gpu": 1]))
    #expect(
      forecast([(10, 8)], resources: gpus, hosts: [Self.host(64, ["gpu": 2])]).wallSeconds == 40)
    #expect(forecast([(10, 1_000_000)]).wallSeconds == 2_500_000)
  }

  @Test func forecast_ofHostsThatMayHaveGPUs_isNoObstacle() {
    let gpus = Resources(Amounts(named: ["gpu": 1]))
    let asked = forecast([(10, 8)], resources: gpus)
    #expect(asked.obstacles.isEmpty)
    #expect(
      asked.lines.contains { $0.contains("hosts without `gpu` in the cluster file are asked") })
    let none = HostSpec(
      name: "a", access: .ssh(SSHAddress(host: "a")), limits: Amounts(threads: 4),
      withheld: ["gpu"])
    #expect(forecast([(10, 8)], resources: gpus, hosts: [none]).obstacles.count == 1)
  }

  @Test func memory_thatWasOnlyLearnt_isNoObstacle() {
    let small = HostSpec(
      name: "a", access: .ssh(SSHAddress(host: "a")),
      limits: Amounts(threads: 4, memoryBytes: 1 << 20))
    #expect(forecast([(10, 8)], hosts: [small]).obstacles.isEmpty)
  }
}
