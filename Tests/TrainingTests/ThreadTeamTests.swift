import Kernels
import Testing
import Training

@Suite struct ThreadTeamTests {
  @Test(arguments: [1, 2, 3, 8]) func run_overManyPhases_doesEveryItemOnce(threads: Int) {
    let team = ThreadTeam(threads: threads)
    let done = Buffer<Int>(count: 37)
    let workers = Buffer<Int>(count: 37)
    for phase in 1...80 {
      team.run(items: phase % 38) { item, worker in
        done[item] += 1
        workers[item] = worker
      }
    }
    // Phases with at least item + 1 items.
    let expected = (0..<37).map { item in (1...80).count { $0 % 38 > item } }
    #expect(done.elements(0..<37) == expected)
    #expect(workers.elements(0..<37).allSatisfy { $0 >= 0 && $0 < team.threads })
  }

  @Test func phases_inSequence_seeEachOthersWrites() {
    let team = ThreadTeam(threads: 4)
    let values = Buffer<Int>(count: 64)
    for _ in 0..<60 {
      let before = values.elements(0..<64)
      team.run(items: 64) { item, _ in values[item] = before[63 - item] + 1 }
    }
    #expect(values.elements(0..<64).allSatisfy { $0 == 60 })
  }

  @Test func team_withoutWork_endsItsThreads() {
    for threads in [1, 2, 5] { _ = ThreadTeam(threads: threads) }
  }

  /// The owner of a team whose phases refer to it, as a trainer is.
  private final class Owner: Sendable {
    let team = ThreadTeam(threads: 3)
    let sums = Buffer<Int>(count: 9)

    func run() { team.run(items: 9) { [self] item, _ in sums[item] += 1 } }
  }

  @Test func team_ofAnOwnerItsPhasesHold_isFreedWithIt() {
    weak var forgotten: Owner?
    do {
      let owner = Owner()
      owner.run()
      forgotten = owner
      #expect(owner.sums.elements(0..<9).allSatisfy { $0 == 1 })
    }
    #expect(forgotten == nil)
  }
}
