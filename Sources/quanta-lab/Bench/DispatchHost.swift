import ArgumentParser
import Foundation
import Posix
import SweepModel
import Transport
import Wire
import Workloads

/// A host inside this process that speaks a worker's frames and computes nothing.
struct DispatchHost: Transport {
  /// What a job is.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    /// An answer.
    case inProcess = "in-process"
    /// A process of /bin/true.
    case process
    /// An answer, from many hosts whose links break all the time.
    case reconnects
  }

  static let binary = WorkerBinary(
    path: "/bin/true", hash: "0", architecture: "any", sizeBytes: 0)

  let host: HostSpec
  /// Links that have broken.
  let cuts = Cuts()
  private let kind: Kind

  init(_ kind: Kind, number: Int = 0) {
    self.kind = kind
    // So many jobs are under way at once that what ends during a transaction fills the next one.
    let cores =
      switch kind {
      case .inProcess: 2048
      case .process: 128
      case .reconnects: 2
      }
    host = HostSpec(
      name: "bench\(number)", access: .local,
      limits: Amounts(threads: cores, memoryBytes: 1 << 50))
  }

  /// What a host remembers from one link to the next; one link's thread at a time uses it.
  final class Cuts: @unchecked Sendable {
    /// Links that have broken so far.
    fileprivate(set) var count = 0
    /// Orders that the last link took and did not answer.
    fileprivate var unanswered: [AttemptID] = []
    fileprivate static let answersPerLink = 4
  }

  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link {
    let link = DispatchLink(kind, cuts, onEvent)
    if !startThread({ link.serve() }) { fatalError("the system gives no thread") }
    return link
  }

  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport {
    HostReport(host: host.name, checks: [])
  }
}

/// The pipe to the host; one thread reads it, four start processes.
private final class DispatchLink: Link, @unchecked Sendable {
  private let kind: DispatchHost.Kind
  private let cuts: DispatchHost.Cuts
  private let onEvent: @Sendable (LinkEvent) -> Void
  private let condition = NSCondition()
  private var orders: [[UInt8]] = []
  private var isClosed = false
  private let processes = DispatchQueue(label: "processes", attributes: .concurrent)
  private let places = DispatchSemaphore(value: 4)
  private let answers = NSLock()

  init(
    _ kind: DispatchHost.Kind, _ cuts: DispatchHost.Cuts,
    _ onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) {
    self.kind = kind
    self.cuts = cuts
    self.onEvent = onEvent
  }

  func send(_ bytes: [UInt8]) {
    condition.withLock {
      orders.append(bytes)
      condition.signal()
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.signal()
    }
  }

  func serve() {
    tell(.opened)
    let description = Report.WorkerDescription(
      hostname: "bench", processor: "none", cores: 1, memoryBytes: 1 << 50,
      instructionSet: "none", binaryHash: DispatchHost.binary.hash, version: quantaVersion,
      held: cuts.unanswered)
    tell(.received(Report.hello(description).frame.bytes))
    let held = Set(cuts.unanswered)
    for attempt in cuts.unanswered { tell(.received(outcome(of: attempt))) }
    cuts.unanswered = []
    var decoder = FrameDecoder()
    var answers = 0
    while let arrived = takeOrders() {
      var answer: [UInt8] = []
      for bytes in arrived {
        decoder.append(bytes)
        while let frame = try? decoder.next() {
          switch try? Order(frame) {
          // An order that is given again.
          case .start(let assignment) where held.contains(assignment.attempt): break
          case .start(let assignment) where kind == .inProcess:
            answer += outcome(of: assignment.attempt)
          case .start(let assignment) where kind == .reconnects:
            answers += 1
            if answers <= DispatchHost.Cuts.answersPerLink {
              answer += outcome(of: assignment.attempt)
            } else {
              cuts.unanswered.append(assignment.attempt)
            }
          case .start(let assignment): startProcess(for: assignment.attempt)
          case .shutdown: close()
          case .hello, .checkpointPart, .stop, .acknowledge, .heartbeat, .run, nil: break
          }
        }
      }
      if !answer.isEmpty { tell(.received(answer)) }
      if !cuts.unanswered.isEmpty {
        cuts.count += 1
        return tell(.closed(LinkFailure(.lost, "the link broke", remedy: "none")))
      }
    }
    tell(.closed(nil))
  }

  /// What has been sent; nil when the link is closed.
  private func takeOrders() -> [[UInt8]]? {
    condition.withLock {
      while orders.isEmpty, !isClosed { condition.wait() }
      defer { orders = [] }
      return isClosed ? nil : orders
    }
  }

  private func startProcess(for attempt: AttemptID) {
    places.wait()
    processes.async { [self] in
      Self.runNothing()
      places.signal()
      tell(.received(outcome(of: attempt)))
    }
  }

  private static func runNothing() {
    guard let child = try? Child(["/bin/true"]) else { fatalError("/bin/true does not start") }
    _ = child.wait()
  }

  private func outcome(of attempt: AttemptID) -> [UInt8] {
    let provenance = Provenance(
      hostname: "bench", processor: "none", instructionSet: "none", threads: 1, wallSeconds: 0,
      cpuSeconds: 0, peakMemoryBytes: 0, binaryHash: DispatchHost.binary.hash,
      version: quantaVersion)
    let metrics = WorkloadRegistry.workload(named: "self-test")?.signature.metrics ?? []
    let result = JobResult(
      scalars: metrics.filter { $0.kind == .scalar }.map { .init($0.name, 0) },
      curves: metrics.filter { $0.kind == .curve }.map {
        Curve(name: $0.name, steps: [], values: [])
      })
    return Report.outcome(attempt, .succeeded(result, provenance)).frame.bytes
  }

  private func tell(_ event: LinkEvent) { answers.withLock { onEvent(event) } }
}
