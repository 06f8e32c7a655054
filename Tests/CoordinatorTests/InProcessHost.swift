import Foundation
import SweepModel
import Transport
import Wire
import Worker

/// A host inside this process: the production worker's core behind its frames, with slots whose jobs
/// end when a test says so and a disk that takes everything.
///
/// One thread uses it and its coordinator; nothing happens by itself.
final class InProcessHost: Transport, @unchecked Sendable {
  let host: HostSpec
  private var core: WorkerCore
  private var links: [Int: InProcessLink] = [:]
  private var now: Double
  /// Links that were asked for.
  private(set) var tries = 0
  /// Attempts that a slot was given, in order.
  private(set) var begun: [AttemptID] = []
  /// Attempts that a slot was told to end.
  private(set) var stopped: [AttemptID] = []
  /// Why nobody gets through; nil while links open.
  var trouble: HostTrouble?
  /// Nothing that it says gets through.
  var isMute = false

  init(_ name: String, cores: Int = 2, at now: Double) {
    host = HostSpec(
      name: name, access: .local, limits: Amounts(threads: cores, memoryBytes: 8 << 30))
    core = WorkerCore(instance: name, kept: [], at: now)
    self.now = now
  }

  /// What it runs or keeps.
  var held: [AttemptID] { core.held }

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    tries += 1
    let link = InProcessLink(self, tries, onEvent)
    if let trouble {
      onEvent(.closed(LinkFailure(trouble, "\(host.name): no way", remedy: "none")))
      return link
    }
    links[tries] = link
    onEvent(.opened)
    happens(.linked(tries))
    return link
  }

  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport { HostReport(host: host.name, checks: []) }

  /// Time has passed.
  func turn(at now: Double) {
    self.now = now
    happens(.turn(isFlushed: true))
  }

  /// The attempts that run end, with what a test makes of each.
  func finish(_ outcome: (AttemptID) -> Report.Outcome) {
    for attempt in core.held where !stopped.contains(attempt) {
      happens(.reported(.outcome(attempt, outcome(attempt)), isCrowded: false))
    }
  }

  /// Every link breaks, and both ends know.
  func breakLinks() {
    for (number, link) in links.sorted(by: { $0.key < $1.key }) {
      links[number] = nil
      link.onEvent(.closed(LinkFailure(.lost, "\(host.name): the link broke", remedy: "none")))
      happens(.unlinked(number))
    }
  }

  fileprivate func obey(_ order: Order, on number: Int) {
    guard links[number] != nil else { return }
    happens(.ordered(number, order))
  }

  fileprivate func hangUp(_ number: Int) {
    guard let link = links.removeValue(forKey: number) else { return }
    link.onEvent(.closed(nil))
    happens(.unlinked(number))
  }

  private func happens(_ input: WorkerInput) {
    for effect in core.handle(input, at: now) { perform(effect) }
  }

  private func perform(_ effect: WorkerEffect) {
    switch effect {
    case .greet(let number, let held): say(.hello(description(held)), on: number)
    case .send(let number, let report): say(report, on: number)
    case .close(let number): hangUp(number)
    case .begin(let assignment): begun.append(assignment.attempt)
    case .stop(let attempt):
      stopped.append(attempt)
      let outcome = Report.Outcome.failed(.cancelled, message: "stopped")
      happens(.reported(.outcome(attempt, outcome), isCrowded: false))
    case .write(let attempt, _): happens(.written(attempt, trouble: nil))
    case .kill, .forget, .note, .end: break
    }
  }

  private func say(_ report: Report, on number: Int) {
    if !isMute { links[number]?.onEvent(.received(report.frame.bytes)) }
  }

  private func description(_ held: [AttemptID]) -> Report.WorkerDescription {
    Report.WorkerDescription(
      hostname: host.name, processor: "p", cores: 2, memoryBytes: 8 << 30,
      instructionSet: "portable", binaryHash: "0", version: "0", held: held,
      identity: Report.WorkerIdentity(instance: host.name, machine: host.name, folder: "/"))
  }
}

/// The coordinator's end.
private final class InProcessLink: Link, @unchecked Sendable {
  let onEvent: @Sendable (LinkEvent) -> Void
  private unowned let host: InProcessHost
  private let number: Int
  private var decoder = FrameDecoder()

  init(_ host: InProcessHost, _ number: Int, _ onEvent: @escaping @Sendable (LinkEvent) -> Void) {
    self.host = host
    self.number = number
    self.onEvent = onEvent
  }

  func send(_ bytes: [UInt8]) {
    decoder.append(bytes)
    while let frame = try? decoder.next(), let order = try? Order(frame) {
      host.obey(order, on: number)
    }
  }

  func close() { host.hangUp(number) }
}
