import Devices
import Posix
import SweepModel
import Wire
import Worker
import Workloads

/// A running job's view of the world.
final class SlotContext: JobContext {
  private let assignment: Order.Assignment
  private let folder: SessionFolder?
  private let inbox: SlotInbox
  private let checkpoints: CheckpointWriter
  private let data: DataFolder
  private let send: (Report) -> Void
  private var nextCheckpoint: Double
  /// Where CPU time is limited the process may end long before: the CPU time of the next checkpoint,
  /// seconds.
  private var nextCheckpointCPU = SlotContext.checkpointCPU
  private var nextProgress = 0.0
  /// CPU time and memory of programs that this process started and has not used itself.
  private(set) var used = (cpuSeconds: 0.0, peakMemoryBytes: 0)
  private var rows = LiveRows(at: monotonicSeconds())

  /// Shortest time between two reports of progress, seconds.
  private static let progressInterval = 0.25

  init(
    _ assignment: Order.Assignment, folder: SessionFolder?, inbox: SlotInbox,
    checkpoints: CheckpointWriter, data: DataFolder, send: @escaping (Report) -> Void
  ) {
    self.assignment = assignment
    self.folder = folder
    self.inbox = inbox
    self.checkpoints = checkpoints
    self.data = data
    self.send = send
    nextCheckpoint = monotonicSeconds() + assignment.checkpointSeconds
  }

  var threads: Int { assignment.threads }

  private lazy var environment = DeviceEnvironment(
    held: assignment.held, named: assignment.tokens, devices: Self.devices)

  /// As they were when this process began.
  private static let devices = DeviceSearch.here.find()

  var resources: [String: [String]] { environment.tokens }

  var resourceVariables: [String: String] { environment.variables }

  func loadCheckpoint() -> [UInt8]? {
    assignment.checkpoint ?? folder?.checkpoint(of: assignment.attempt.job)
      ?? folder?.checkpoint(keptByOthersOf: assignment.attempt)
  }

  var isCheckpointDue: Bool {
    if monotonicSeconds() >= nextCheckpoint { return true }
    guard let due = nextCheckpointCPU else { return false }
    return HostFacts.cpuSeconds >= due
  }

  /// A quarter of what the process may use from now.
  private static var checkpointCPU: Double? {
    ResourceLimit.cpuTime.hard.map { HostFacts.cpuSeconds + Double($0) / 4 }
  }

  func saveCheckpoint(_ bytes: [UInt8]) throws {
    nextCheckpointCPU = Self.checkpointCPU
    nextCheckpoint = monotonicSeconds() + assignment.checkpointSeconds
    checkpoints.save(bytes, of: assignment.attempt)
  }

  func checkStop() throws {
    if inbox.isStopped(assignment.attempt) { throw JobStopped() }
  }

  func report(step: Int, of total: Int, metric: String, value: Double) {
    let now = monotonicSeconds()
    guard now >= nextProgress else { return }
    nextProgress = now + Self.progressInterval
    let progress = Report.Progress(step: step, total: total, metric: metric, value: value)
    send(.progress(assignment.attempt, progress))
  }

  func show(_ curves: [Curve], at step: Int) {
    rows.add(curves, at: step)
    let due = rows.take(at: monotonicSeconds())
    if !due.isEmpty { send(.rows(assignment.attempt, due)) }
  }

  func log(_ line: String) { send(.log(assignment.attempt, line + "\n")) }

  func log(output: [UInt8]) {
    send(.log(assignment.attempt, String(decoding: output, as: UTF8.self)))
  }

  var place: JobPlace? {
    guard let folder, let shared = data.shared else { return nil }
    return JobPlace(
      attempt: assignment.attempt, folder: folder.jobFolder(assignment.attempt.job),
      shared: shared, timeoutSeconds: assignment.timeoutSeconds,
      memoryBytes: assignment.memoryBytes)
  }

  func setUp(isOver: Bool) { send(.setUp(assignment.attempt, isOver: isOver)) }

  func use(cpuSeconds: Double, peakMemoryBytes: Int) {
    used.cpuSeconds += cpuSeconds
    used.peakMemoryBytes = max(used.peakMemoryBytes, peakMemoryBytes)
  }

  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result { try data.map(set).withBytes(body) }
}
