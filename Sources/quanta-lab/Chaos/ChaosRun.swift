import Foundation
import Posix
import SweepModel

/// A sweep on hosts that fail as planned. Faults of different hosts overlap; one host has one at a time.
final class ChaosRun: FaultedRun {
  let place: ChaosPlace
  let plan: [PlannedFault<ChaosFault>]
  let hosts: ChaosHosts
  let notes = ChaosNotes()
  let coordinator: KeptCoordinator
  /// A coordinator on a copy of the store.
  var copy: Child?
  private(set) var recovery = Recovery()
  var course = FaultCourse<ChaosFault>()
  private var active: [Int: ActiveFault] = [:]

  /// A host's fault of the moment.
  private struct ActiveFault {
    let fault: ChaosFault
    let until: Double
    /// How much the coordinator had logged before.
    let logged: Int
    var repeatedAt = 0.0
  }

  init(_ place: ChaosPlace, _ plan: [PlannedFault<ChaosFault>]) {
    (self.place, self.plan, hosts) = (place, plan, ChaosHosts(place))
    coordinator = KeptCoordinator(
      place, notes, seeds: plan.count < 15 ? 5 : plan.count < 50 ? 8 : 12)
  }

  func start() throws -> Bool { try hosts.start() }

  var machines: [String] { hosts.numbers.map { "h\($0)" } }

  func workers(on machine: String) throws -> [String] {
    try hosts.workers(on: Int(machine.dropFirst()) ?? 0)
  }

  func files(on machine: String) -> [String] { hosts.files(on: Int(machine.dropFirst()) ?? 0) }

  func end() {
    coordinator.end()
    if let running = copy {
      kill(running.process, SIGKILL)
      _ = running.wait()
    }
  }

  /// Begins a fault; false when it has to wait.
  func begin(_ planned: PlannedFault<ChaosFault>) throws -> Bool {
    let (fault, length) = (planned.fault, Double(planned.milliseconds) * 1e-3)
    if fault == .coordinator { return killCoordinator(for: length) }
    guard let host = target(from: planned.host) else { return false }
    recovery.awaited[host] = nil
    let logged = place.text("coordinator.log").utf8.count
    guard try inject(fault, on: host) else {
      if now < course.due + 60 { return false }
      notes.fail("\(fault) h\(host): nothing there to hit")
      course.over += 1
      return true
    }
    if fault.victims != nil {
      announce("\(fault) h\(host)")
      course.over += 1
      awaitReturn(of: host, after: fault)
    } else {
      announce(String(format: "\(fault) h\(host) for %.1f s", length))
      active[host] = ActiveFault(fault: fault, until: now + length, logged: logged)
    }
    return true
  }

  private func announce(_ text: String) {
    notes.say("\(course.next)/\(plan.count) \(text)")
  }

  /// The host to hit. Faults shall hit work: the next host at work takes the place of one that is not.
  /// After long idleness (the coordinator is away, every host has its fault) an idle one will do.
  private func target(from first: Int) -> Int? {
    let round = hosts.numbers.map { (first + $0 - 2) % place.hosts + 1 }
    let free = round.filter { active[$0] == nil }
    let isLate = now >= course.due + 10
    return free.first { worker($0)?.state == .busy } ?? (isLate ? free.first : nil)
  }

  private func killCoordinator(for seconds: Double) -> Bool {
    guard coordinator.kill(for: seconds) else { return false }
    recovery.awaited = [:]  // nobody hears a host while it is away
    announce(String(format: "coordinator killed for %.1f s", seconds))
    course.over += 1
    return true
  }

  private func awaitReturn(of host: Int, after fault: ChaosFault) {
    if coordinator.isThere { recovery.awaited[host] = (now, fault) }
  }

  /// Everything that time brings; true when the sweep is done.
  func tend() throws -> Bool {
    let turn = try coordinator.tend()
    if turn != .goesOn { recovery.awaited = [:] }
    if turn == .isDone { return true }
    for host in hosts.numbers { try tend(host) }
    try Interruption.pause(0.05)
    return false
  }

  private func tend(_ host: Int) throws {
    if let fault = active[host] {
      if fault.fault == .reaper, now >= fault.repeatedAt + 1 {
        active[host]?.repeatedAt = now
        _ = try hosts.kill(["serve"], on: host)
      }
      guard now >= fault.until, isNoticed(fault, of: host) else { return }
      try mend(fault.fault, on: host)
      course.over += 1
      notes.say("\(course.over)/\(plan.count) over: \(fault.fault) h\(host)")
      awaitReturn(of: host, after: fault.fault)
      active[host] = nil
    } else if let heardAt = worker(host)?.heardAt, let back = recovery.heard(host, at: heardAt) {
      notes.say(String(format: "h\(host) is heard again %.1f s after \(back.after)", back.took))
    }
  }

  /// A changed key must have been noticed before it is over.
  private func isNoticed(_ fault: ActiveFault, of host: Int) -> Bool {
    guard fault.fault == .key else { return true }
    let log = place.text("coordinator.log").utf8.dropFirst(fault.logged)
    if String(decoding: log, as: UTF8.self).contains("h\(host): THE HOST KEY HAS CHANGED") {
      return true
    }
    if now < fault.until + 60 { return false }
    notes.fail("the changed key of h\(host) was not reported")
    return true
  }

  private func worker(_ host: Int) -> RunStatus.Worker? {
    coordinator.live?.workers.first { $0.name == "h\(host)" }
  }
}
