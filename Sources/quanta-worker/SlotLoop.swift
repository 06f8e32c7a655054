import Glibc
import Kernels
import Posix
import SweepModel
import Synchronization
import Wire
import Workloads

/// `slot`: runs job after job for the worker at the other end of standard input.
///
/// The main thread runs jobs and writes; a second thread reads orders, so that a stop reaches a
/// running job. When the worker is gone, however it went, the kernel ends the slot, even one that
/// is stopped: no orphan keeps a core busy. Should the worker have gone before the kernel was asked,
/// the end of its socket ends the slot.
struct SlotLoop {
  /// The status with which a slot ends that gets no thread.
  static let lacksThreads: Int32 = 71

  private let folder: SessionFolder?
  private let hash: String
  private let data: DataFolder
  private let outlet: SlotOutlet
  private let checkpoints: CheckpointWriter

  init(_ invocation: Invocation) {
    let folder = try? SessionFolder(entering: invocation)
    let outlet = SlotOutlet()
    self.folder = folder
    self.outlet = outlet
    hash = invocation.hash
    data = DataFolder(invocation)
    checkpoints = CheckpointWriter(folder: folder, send: outlet.send)
  }

  func run() {
    dieWithParent()
    JobProcess.reaper()
    let inbox = SlotInbox()
    let sign = UseSign()
    startNeededThread {
      sign.hang()
      readOrders(into: inbox)
    }
    while true {
      let assignment = inbox.next()
      sign.say(assignment.threads)
      let outcome = execute(assignment, inbox)
      // Nobody goes on from the checkpoint of a job that is done.
      if case .succeeded = outcome { checkpoints.abandon() }
      checkpoints.finish()
      sign.say(0)
      outlet.send(.outcome(assignment.attempt, outcome))
    }
  }

  private func readOrders(into inbox: SlotInbox) {
    var decoder = FrameDecoder()
    do {
      while let bytes = try outlet.socket.readSome(), !bytes.isEmpty {
        decoder.append(bytes)
        while let frame = try decoder.next() {
          switch try Order(frame) {
          case .start(let assignment): inbox.put(assignment)
          case .stop(let attempt): inbox.stop(attempt)
          case .acknowledge: checkpoints.goOn()
          case .hello, .checkpointPart, .shutdown, .heartbeat, .run, nil: break
          }
        }
      }
    } catch {
      complain("slot: \(error)")
    }
    _exit(0)
  }

  private func execute(_ assignment: Order.Assignment, _ inbox: SlotInbox) -> Report.Outcome {
    let terms = SweepTerms(workload: assignment.workload, job: assignment.parameters)
    guard let workload = WorkloadRegistry.workload(named: assignment.workload),
      let signature = try? WorkloadRegistry.catalog.signature(for: terms),
      signature.resultVersion == assignment.resultVersion
    else {
      return .failed(
        .jobFailed,
        message: "this worker has no workload \(assignment.workload) with result version "
          + "\(assignment.resultVersion); its binary is of another version")
    }
    HostFacts.resetPeakMemory()
    let started = monotonicSeconds()
    let cpuBefore = HostFacts.cpuSeconds
    let context = SlotContext(
      assignment, folder: folder, inbox: inbox, checkpoints: checkpoints, data: data,
      send: outlet.send)
    do {
      let result = try workload.run(assignment.parameters, in: context)
      if let defect = signature.defect(of: result) {
        return .failed(
          .jobFailed,
          message: "its result \(defect), which \(assignment.workload) says that every job records")
      }
      let provenance = Provenance(
        hostname: HostFacts.hostname, processor: HostFacts.processor,
        instructionSet: WorkloadRegistry.instructionSet, threads: assignment.threads,
        wallSeconds: monotonicSeconds() - started,
        cpuSeconds: HostFacts.cpuSeconds - cpuBefore + context.used.cpuSeconds,
        peakMemoryBytes: max(HostFacts.peakMemoryBytes, context.used.peakMemoryBytes),
        binaryHash: hash, version: quantaVersion)
      return .succeeded(result, provenance)
    } catch is JobStopped {
      return .failed(.cancelled, message: "stopped")
    } catch is JobRequeued {
      return .failed(.requeued, message: "it asked to be run again (exit status 75)")
    } catch let failure as HostFailure {
      return .failed(.workerLost, message: FailureCause.hostWords + failure.message)
    } catch {
      return .failed(.jobFailed, message: "\(error)")
    }
  }
}

/// The slot's side of its socket; whole frames from any thread.
final class SlotOutlet: Sendable {
  let socket = Descriptor(borrowing: 0)
  private let turn = Mutex(())

  /// Writes a report; when the worker is gone the slot ends.
  func send(_ report: Report) {
    let bytes = report.frame.bytes
    turn.withLock { _ in
      do {
        try socket.writeAll(bytes)
      } catch {
        _exit(0)
      }
    }
  }
}

/// What the reading thread hands to the job's thread.
final class SlotInbox: Sendable {
  private struct State {
    var assignments: [Order.Assignment] = []
    var stopped: AttemptID?
  }

  private let state = Mutex(State())
  private let arrivals = Semaphore()

  func put(_ assignment: Order.Assignment) {
    state.withLock { $0.assignments.append(assignment) }
    arrivals.signal()
  }

  func stop(_ attempt: AttemptID) { state.withLock { $0.stopped = attempt } }

  func isStopped(_ attempt: AttemptID) -> Bool { state.withLock { $0.stopped == attempt } }

  /// Waits for the next assignment.
  func next() -> Order.Assignment {
    while true {
      arrivals.wait()
      let first = state.withLock { $0.assignments.isEmpty ? nil : $0.assignments.removeFirst() }
      if let first { return first }
    }
  }
}

/// A POSIX semaphore at a fixed address.
final class Semaphore: Sendable {
  private nonisolated(unsafe) let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(pointer, 0, 0) }

  deinit {
    sem_destroy(pointer)
    pointer.deallocate()
  }

  func signal() { sem_post(pointer) }

  func wait() { while sem_wait(pointer) != 0, errno == EINTR {} }
}

/// Starts a detached thread. Without one the slot would wait for ever: it ends, and the worker tells.
func startNeededThread(_ body: @escaping @Sendable () -> Void) {
  if startThread(body) { return }
  complain(
    "error: the system gives no thread: a limit of processes (ulimit -u, pids.max) is too low")
  _exit(SlotLoop.lacksThreads)
}
