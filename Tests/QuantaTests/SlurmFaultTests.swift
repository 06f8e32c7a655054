import Foundation
import LabSupport
import Store
import SweepModel
import Testing

/// What befalls pilots in the middle of their jobs, on a real Slurm: every job is recorded once, with the bits
/// that this machine's cores make, and none is blamed.
@Suite(
  .timeLimit(.minutes(10)), .enabled(if: SlurmLab.isAvailable, SlurmLab.reason))
struct SlurmFaultTests {
  private enum Fault {
    case cancelled
    case requeued
    case preempted
    case preemptedAndRequeued
    case endOfTime
    case nodeLost
    case controllerAway
    case squeueFails
    case loginCut
    case coordinatorKilled
  }

  /// A Slurm, and a run of gated jobs on two pilots of two cores.
  private struct Scene {
    let lab: SlurmLab
    let sandbox: Sandbox
    let sweep: GatedSweep
    let table: String
    let environment: [String]
    static let arguments = ["run", "sweep.yaml", "--cluster", "cluster.yaml"]

    init(_ lab: SlurmLab, _ sandbox: Sandbox, _ fault: Fault) async throws {
      (self.lab, self.sandbox) = (lab, sandbox)
      sweep = try GatedSweep(sandbox, jobs: 4)
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      environment = [lab.environment, "PATH=\(lab.folder)/bin:\(path)"]
      let login =
        fault == .loginCut ? "defaults: {config: \(lab.folder)/login/ssh_config}" : ""
      try sandbox.write(
        "cluster.yaml",
        """
        \(login)
        pools:
          - slurm:
              partition: \(fault == .preemptedAndRequeued ? "spare" : "main")
              time: \(fault == .endOfTime ? "1 min" : "20 min")
              cores: 2
              count: 2
            name: lent
            folder: \(sandbox.folder)/shared
            \(login.isEmpty ? "" : "login: login")
        """)
      try sandbox.write("sweep.yaml", sweep.text)
      sweep.open(0, 1, 2)
      let here = await sandbox.quanta("run", "sweep.yaml", "--store", "here")
      try #require(here.status == 0, "\(here.output)")
      table = await sandbox.resultTable(store: "here")
      try sweep.reset()
    }

    func start(_ log: String = "log") throws -> StartedProgram {
      try sandbox.start(Self.arguments, log: log, environment: environment)
    }

    /// Waits for something that a run brings.
    func wait(
      _ run: StartedProgram, _ what: String, _ condition: () async -> Bool
    ) async throws {
      try await sandbox.waitUntil(what) {
        if await condition() { return true }
        return !run.isRunning
      }
      try #require(run.isRunning, "it ended before \(what): \(sandbox.text(of: "log"))")
    }

    /// The pilots that Slurm runs: their names, and their nodes.
    func pilots() async -> [(id: String, node: String)] {
      await lab.slurm("squeue", "-h", "-r", "-t", "RUNNING", "-o", "%F_%K %B %j").compactMap {
        let words = $0.split(separator: " ").map(String.init)
        return words.count == 3 && words[2].hasPrefix("quanta-") ? (words[0], words[1]) : nil
      }
    }

    /// Waits until jobs that were under way are so again: more tries than places have come to a gate.
    func waitForOthers(_ run: StartedProgram) async throws {
      try await wait(run, "what was lost goes on elsewhere") { sweep.visits(1).count > 4 }
    }

    /// How many accepted results each job has.
    func accepted() throws -> [Int] {
      let store = try StoreReader.open(at: sandbox.folder + "/quanta-store")
      return try store.jobs(of: "trial").map { job in
        try store.attempts(of: job.job.key).count { $0.outcome == .accepted }
      }
    }
  }

  @Test func pilotThatIsCancelled_costsNoJob() async throws { try await Self.run(.cancelled) }
  @Test func pilotThatIsRequeued_costsNoJob() async throws { try await Self.run(.requeued) }
  @Test func pilotThatGivesWay_costsNoJob() async throws { try await Self.run(.preempted) }
  @Test func pilotThatGivesWayAndIsRequeued_costsNoJob() async throws {
    try await Self.run(.preemptedAndRequeued)
  }
  @Test func pilotWhoseTimeIsOver_costsNoJob() async throws { try await Self.run(.endOfTime) }
  @Test func nodeThatIsLost_whoseProcessesGoOn_costsNoJob() async throws {
    try await Self.run(.nodeLost)
  }
  @Test func controllerThatIsAway_costsNoJob() async throws { try await Self.run(.controllerAway) }
  @Test func squeueThatFails_costsNoJob() async throws { try await Self.run(.squeueFails) }
  @Test func loginThatIsCut_costsNoJob() async throws { try await Self.run(.loginCut) }
  @Test func coordinatorThatIsKilled_costsNoJob() async throws {
    try await Self.run(.coordinatorKilled)
  }

  private static func run(_ fault: Fault) async throws {
    try await SlurmLab.with { lab in
      try await Sandbox.with { sandbox in
        let scene = try await Scene(lab, sandbox, fault)
        if fault == .loginCut { try await lab("login", "up") }
        var run = try scene.start()
        scene.sweep.open(0)
        try await scene.wait(run, "two pilots are at work") { scene.sweep.visits(1).count == 4 }
        try await strike(fault, scene, &run)
        scene.sweep.open(0, 1, 2)
        #expect(await run.end() == 0, "\(sandbox.text(of: "log"))\(sandbox.text(of: "again"))")
        #expect(await sandbox.resultTable() == scene.table)
        #expect(try scene.accepted() == Array(repeating: 1, count: 4))
        let log = sandbox.text(of: "log") + sandbox.text(of: "again")
        for word in ["set aside", "no more machines", "was killed by"] {
          #expect(!log.contains(word), "\(log)")
        }
      }
    }
  }

  private static func strike(
    _ fault: Fault, _ scene: Scene, _ run: inout StartedProgram
  ) async throws {
    let (lab, sweep) = (scene.lab, scene.sweep)
    let pilot = try #require(await scene.pilots().first)
    switch fault {
    case .cancelled: _ = await lab.slurm("scancel", pilot.id)
    case .requeued: _ = await lab.slurm("scontrol", "requeue", pilot.id)
    case .preempted, .preemptedAndRequeued:
      let lasting = "until [ -e \(scene.sandbox.folder)/gates/2 ]; do sleep 0.1; done"
      _ = await lab.slurm(
        "sbatch", "--partition=urgent", "--nodelist=\(pilot.node)", "--exclusive", "--time=60",
        "--output=/dev/null", "--wrap=\(lasting)")
    // Its own clock tells it.
    case .endOfTime: break
    case .nodeLost: return try await loseNode(pilot.node, scene, run)
    case .controllerAway:
      try await lab("control", "down")
      sweep.open(1)
      try await scene.wait(run, "jobs go on without it") { sweep.visits(2).count >= 4 }
      return try await lab("control", "up")
    case .squeueFails:
      try await lab("program", "break", "squeue")
      _ = await lab.slurm("scancel", pilot.id)
      // No answer tells nothing: it is asked again, soon.
      try await scene.wait(run, "it was asked three times") {
        let calls = try? String(contentsOfFile: "\(lab.folder)/calls", encoding: .utf8)
        return calls?.split(separator: "\n").count ?? 0 >= 3
      }
      try await lab("program", "mend", "squeue")
    case .loginCut:
      try await lab("login", "cut")
      sweep.open(1)
      try await scene.wait(run, "jobs go on without it") { sweep.visits(2).count >= 4 }
      return try await lab("login", "uncut")
    case .coordinatorKilled:
      kill(run.processIdentifier, SIGKILL)
      _ = await run.end()
      _ = await lab.slurm("scancel", pilot.id)
      sweep.open(1)
      try await scene.sandbox.waitUntil("the other pilot's jobs go on without it") {
        sweep.visits(2).count >= 2
      }
      run = try scene.start("again")
      return try await scene.wait(run, "others go on") { sweep.visits(2).count >= 4 }
    }
    try await scene.waitForOthers(run)
  }

  /// A node is lost whose processes go on: its jobs are run twice, to the end.
  private static func loseNode(_ node: String, _ scene: Scene, _ run: StartedProgram) async throws {
    try await scene.lab("node", "down", String(node.dropFirst()))
    try await scene.waitForOthers(run)
    scene.sweep.open(1)
    try await scene.wait(run, "a job is under way twice") {
      let visits = scene.sweep.visits(2)
      return Set(visits.map(\.width)).count < visits.count
    }
  }
}
