import Foundation
import Posix
import SweepModel

/// A sweep through pilots on a Slurm of three nodes (`Tests/Lab/slurm`) while faults befall them as planned.
/// The coordinator reaches it by SSH where this machine has an sshd.
final class SlurmChaosRun: FaultedRun {
  let place: ChaosPlace
  let plan: [PlannedFault<SlurmFault>]
  let notes = ChaosNotes()
  let coordinator: KeptCoordinator
  let recovery = Recovery()
  var course = FaultCourse<SlurmFault>()
  private var active: [ActiveFault] = []

  /// A fault of the moment.
  private struct ActiveFault {
    let fault: SlurmFault
    /// The node, or the job that takes one; empty for others.
    let what: String
    let until: Double
  }

  /// A pilot that runs.
  private struct Pilot {
    let id: String
    let node: String
  }

  init(_ place: ChaosPlace, _ plan: [PlannedFault<SlurmFault>]) {
    (self.place, self.plan) = (place, plan)
    coordinator = KeptCoordinator(place, notes, seeds: plan.count < 15 ? 5 : 12)
  }

  // MARK: What it runs on

  func start() throws -> Bool {
    try FileManager.default.createDirectory(
      atPath: place.path("home"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: place.path("lab"), withIntermediateDirectories: true)
    guard try place.lab(["up"]) == 0 else { return false }
    let isBySSH = SlurmFault.login.unavailability == nil
    if isBySSH { guard try place.lab(["login", "up"]) == 0 else { return false } }
    try place.write("sweep.yaml", place.isOfCommands ? ChaosHosts.commands : ChaosHosts.sweep)
    let login =
      isBySSH ? "\n    login: {host: login, config: \(place.path("lab/login/ssh_config"))}" : ""
    try place.write(
      "cluster.yaml",
      """
      pools:
        - slurm: {partition: main, time: 1 min, cores: 1, count: \(place.hosts)}
          name: lent
          folder: \(place.path("shared"))\(login)

      """)
    return true
  }

  var machines: [String] { ["shared"] }

  func workers(on machine: String) throws -> [String] {
    try Child.output(of: ["ps", "-eo", "args="]).text.split(separator: "\n").map(String.init)
      .filter { $0.contains("quanta-worker") && $0.contains("--folder \(place.path(machine)) ") }
  }

  func files(on machine: String) -> [String] {
    ChaosHosts.regularFiles(in: place.path(machine)).filter(ChaosHosts.isOfAttempt)
  }

  private func pilots() throws -> [Pilot] {
    let lines = try place.output(ofSlurm: [
      "squeue", "-h", "-r", "-t", "RUNNING", "-o", "%F_%K %B %j",
    ])
    return lines.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      return words.count == 3 && words[2].hasPrefix("quanta-")
        ? Pilot(id: words[0], node: words[1]) : nil
    }
  }

  // MARK: Its course

  func settle() throws {
    notes.say("pilots that nobody reached end with their time")
    let deadline = now + 90
    while try now < deadline && !workers(on: "shared").isEmpty { try Interruption.pause(0.5) }
  }

  /// Begins a fault; false when it has to wait.
  func begin(_ planned: PlannedFault<SlurmFault>) throws -> Bool {
    let (fault, length) = (planned.fault, Double(planned.milliseconds) * 1e-3)
    guard !isActive(fault), !(fault.needsController && isActive(.controller)) else { return false }
    var what = ""
    if fault == .coordinator {
      guard coordinator.kill(for: length) else { return false }
    } else if fault.hasVictim {
      guard let pilot = try target(from: planned.host) else {
        if now < course.due + 240 { return false }
        notes.fail("\(fault): no pilot came in four minutes")
        course.over += 1
        return true
      }
      guard let hit = try strike(fault, pilot) else { return false }
      what = hit
    } else {
      try lab(fault, begins: true)
    }
    let about = [
      what, fault.isMomentary && fault != .coordinator ? "" : String(format: "for %.1f s", length),
    ]
    notes.say(
      "\(course.next)/\(plan.count) \(fault) " + about.joined(separator: " "))
    if fault.isMomentary {
      course.over += 1
    } else {
      active.append(ActiveFault(fault: fault, what: what, until: now + length))
    }
    return true
  }

  private func isActive(_ fault: SlurmFault) -> Bool { active.contains { $0.fault == fault } }

  /// The pilot to hit. Faults shall hit work; after long idleness an idle one will do.
  private func target(from first: Int) throws -> Pilot? {
    let lost = Set(active.filter { $0.fault == .node }.map(\.what))
    let there = try pilots().filter { !lost.contains($0.node) }
    let round = there.indices.map { there[(first - 1 + $0) % there.count] }
    let busy = Set((coordinator.live?.workers ?? []).filter { $0.state == .busy }.map(\.name))
    return round.first { pilot in
      busy.contains("lent-\(pilot.id)") || busy.contains { $0.hasPrefix("lent-\(pilot.id).") }
    } ?? (now >= course.due + 10 ? round.first : nil)
  }

  /// Lets a fault happen to a pilot; what was hit, nil when it could not be.
  private func strike(_ fault: SlurmFault, _ pilot: Pilot) throws -> String? {
    switch fault {
    case .walltime:
      _ = try place.output(ofSlurm: ["scontrol", "update", "JobId=\(pilot.id)", "TimeLimit=0"])
    case .requeue: _ = try place.output(ofSlurm: ["scontrol", "requeue", pilot.id])
    case .cancel: _ = try place.output(ofSlurm: ["scancel", pilot.id])
    case .preempt:
      let answer = try place.output(ofSlurm: [
        "sbatch", "--parsable", "--partition=urgent", "--nodelist=\(pilot.node)", "--exclusive",
        "--time=5", "--output=/dev/null", "--wrap=exec sleep 300",
      ])
      return answer.split(separator: "\n").last.flatMap { Int($0) }.map { "job \($0)" }
    case .node:
      try place.lab(["node", "down", String(pilot.node.dropFirst())])
      return pilot.node
    case .controller, .squeue, .login, .coordinator: return nil
    }
    return pilot.id
  }

  private func lab(_ fault: SlurmFault, begins: Bool) throws {
    switch fault {
    case .controller: try place.lab(["control", begins ? "down" : "up"])
    case .squeue: try place.lab(["program", begins ? "break" : "mend", "squeue"])
    case .login: try place.lab(["login", begins ? "cut" : "uncut"])
    default: break
    }
  }

  /// Everything that time brings; true when the sweep is done.
  func tend() throws -> Bool {
    let isDone = try coordinator.tend() == .isDone
    for fault in active
    where now >= fault.until && !(isActive(.controller) && fault.fault.needsController) {
      switch fault.fault {
      case .preempt: _ = try place.output(ofSlurm: ["scancel", String(fault.what.dropFirst(4))])
      case .node: try place.lab(["node", "up", String(fault.what.dropFirst())])
      default: try lab(fault.fault, begins: false)
      }
      active.removeAll { $0.fault == fault.fault }
      course.over += 1
      notes.say("\(course.over)/\(plan.count) over: \(fault.fault) \(fault.what)")
    }
    if !isDone { try Interruption.pause(0.05) }
    return isDone
  }
}
