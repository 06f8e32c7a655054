import Foundation
import LabSupport
import Testing

@testable import quanta_lab

/// Programs that do what they must not, by `quanta-lab hostile`.
@Suite(.timeLimit(.minutes(10))) struct HostileProgramTests {
  @Test func programs_ofASeed_areTheSameEveryTimeAndHaveEveryFamilyOnceARound() {
    let families = HostileFamily.allCases
    let make = { HostileProgram.programs(seed: $0, count: 2 * families.count, families: families) }
    let names = make(4).map(\.name)
    #expect(names == make(4).map(\.name) && names != make(5).map(\.name))
    #expect(make(4).map(\.script) == make(4).map(\.script))
    #expect(Set(names).count == names.count)
    for round in 0..<2 {
      let programs = make(4)[round * families.count..<(round + 1) * families.count]
      #expect(Set(programs.map(\.family)) == Set(families))
    }
  }

  /// Those that end soon; CI has all of them.
  private static let families = """
    neighbour daemons closed folder decoy chain deep umask metrics names status signal user sparse times \
    space worker memory
    """

  @Test func oneOfEachFamily_leavesNothingAndRuinsNobody() async throws {
    let seed = UInt64.random(in: 0...1 << 48)
    let count = Self.families.split(separator: " ").count
    print("quanta-lab hostile --programs \(count) --seed \(seed)")
    let result = await Command.run([
      "env", "QUANTA=\(Sandbox.programs)/quanta", "QUANTA_WORKER=\(Sandbox.workerPath)",
      Sandbox.programs + "/quanta-lab", "hostile", "--programs", "\(count)", "--seed", "\(seed)",
      "--families", Self.families,
    ])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("\(count) jobs in "), "\(result.output)")
  }

  /// A worker that was killed cannot end what its jobs have started: the next one does. One that was stopped
  /// answers nobody: whoever attaches to it next has it go on.
  @Test(arguments: ["KILL", "STOP"])
  func workerThatAJobEnds_isReplacedAndLeavesNothing(_ signal: String) async throws {
    let mark = "7\(UInt32.random(in: 100_000_000...999_999_999))"
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "end.yaml",
        """
        name: end
        shell: true
        run: |
          [ "$QUANTA_ATTEMPT" = 1 ] || exit 0
          setsid -f sleep \(mark)
          above=$(cut -d' ' -f4 "/proc/$PPID/stat")
          grep -q quanta-worker "/proc/$above/cmdline" || exit 0
          kill -\(signal) "$above"
          sleep \(mark)
        grid: {number: [1]}
        """)
      let run = await sandbox.quanta("run", "end.yaml", "--cores", "1")
      #expect(run.status == 0, "\(run.output)")
      let left = await Command.run(["pgrep", "-f", "^sleep \(mark)$"])
      #expect(left.status == 1, "\(left.output)")
    }
    _ = await Command.run(["pkill", "-KILL", "-f", "^sleep \(mark)$"])
  }

  @Test func unknownFamily_isRefusedWithTheNearest() async {
    let result = await Command.run([
      Sandbox.programs + "/quanta-lab", "hostile", "--families", "deaf daemon", "--plan",
    ])
    #expect(result.status == 2)
    #expect(result.output.contains("no family is called daemon; did you mean \"daemons\"?"))
  }
}
