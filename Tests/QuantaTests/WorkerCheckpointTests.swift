import Foundation
import LabSupport
import Posix
import SweepModel
import Synchronization
import Testing
import Wire
import WorkFolder

@testable import quanta_worker

/// Checkpoints of many pieces on a worker's host: on its disk, on their way to the coordinator and from
/// there.
@Suite(.timeLimit(.minutes(10))) struct WorkerCheckpointTests {
  private let attempt = PlayedCoordinator.attempt(1)
  /// Three pieces.
  private let bytes = [UInt8](repeating: 3, count: 2 * CheckpointPart.largest) + [1, 2, 3, 4, 5]

  private func file(_ frames: [UInt8]) throws -> Descriptor {
    let path = NSTemporaryDirectory() + "quanta-checkpoint-" + UUID().uuidString
    defer { unlink(path) }
    let file = try Descriptor(opening: path, O_RDWR | O_CREAT)
    try file.writeAll(frames)
    return file
  }

  private var frames: [[UInt8]] { Report.reports(of: bytes, attempt).map(\.frame.bytes) }

  private func sent(_ uploads: inout CheckpointUploads, on link: Int = 1) -> [CheckpointPart] {
    var parts: [CheckpointPart] = []
    while case .checkpointPart(attempt, let part)? = uploads.next(on: link, held: { _ in true }) {
      parts.append(part)
    }
    return parts
  }

  @Test func upload_ofADamagedFile_breaksOffAndTheNextIsSent() throws {
    let whole = frames.flatMap(\.self)
    var flipped = whole
    flipped[frames[0].count + 100] ^= 1
    // A byte has changed; the end is missing; a piece is of another checkpoint.
    let others = Report.reports(of: bytes.reversed(), attempt).map(\.frame.bytes)
    for damaged in [flipped, Array(whole.dropLast(3)), frames[0] + others[1] + others[2]] {
      var uploads = CheckpointUploads()
      uploads.add(attempt, from: try file(damaged))
      #expect(uploads.next(on: 1, held: { _ in true }) != nil)
      uploads.add(attempt, from: try file(whole))
      let parts = sent(&uploads)
      #expect(parts.suffix(3).flatMap(\.bytes) == bytes)
      #expect(parts.dropLast(3).allSatisfy { !$0.isLast })
      #expect(uploads.isEmpty)
    }
  }

  /// What a pilot has kept at its very end is in the folder that all share.
  @Test func checkpoint_ofAPilotThatIsGone_isFoundByAnother() throws {
    let place = NSTemporaryDirectory() + "quanta-parts-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: place) }
    for part in ["h-1-pilot-17_0.0.17", "h-1-pilot-17_1.0.17", "h-1"] {
      for folder in ["spool", "checkpoints"] {
        try FileManager.default.createDirectory(
          atPath: "\(place)/abc/\(part)/\(folder)", withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      }
    }
    let kept = "\(place)/abc/h-1-pilot-17_0.0.17/checkpoints/\(attempt.job.hex).checkpoint"
    let file = try Descriptor(opening: kept, O_WRONLY | O_CREAT, mode: 0o600)
    try file.writeAll(frames.flatMap(\.self))
    let number = open(place, O_RDONLY | O_DIRECTORY)
    let sessions = Directory(number: number, path: place)
    let session = try #require(try sessions.folder("abc"))
    let again = AttemptID(job: attempt.job, number: 2, token: attempt.token + 1)
    let pilot = try SessionFolder(part: "h-1-pilot-17_1.0.17", of: session, in: sessions)
    #expect(pilot.checkpoint(of: attempt.job) == nil)
    #expect(pilot.checkpoint(keptByOthersOf: again) == bytes)
    #expect(pilot.checkpoint(keptByOthersOf: attempt) == nil, "nobody has begun it before")
    let host = try SessionFolder(part: "h-1", of: session, in: sessions)
    #expect(host.checkpoint(keptByOthersOf: again) == nil, "its store has what it kept")
  }

  @Test func upload_onANewLink_beginsAgain() throws {
    var uploads = CheckpointUploads()
    uploads.add(attempt, from: try file(frames.flatMap(\.self)))
    for _ in 0..<2 { #expect(uploads.next(on: 1, held: { _ in true }) != nil) }
    #expect(sent(&uploads, on: 2).flatMap(\.bytes) == bytes)
    #expect(uploads.next(on: 3, held: { _ in true }) == nil)
  }

  /// No disk takes it: the worker says when the link takes more.
  @Test func writer_withoutADisk_tellsOnePieceAtATime() throws {
    let told = Mutex<[Report]>([])
    let semaphore = Semaphore()
    let writer = CheckpointWriter(folder: nil) { report in
      told.withLock { $0.append(report) }
      semaphore.signal()
    }
    writer.save(bytes, of: attempt)
    for count in 1...3 {
      semaphore.wait()
      #expect(told.withLock(\.count) == count)
      writer.goOn()
    }
    writer.finish()
    #expect(told.withLock(\.self) == Array(Report.reports(of: bytes, attempt)))
    // The job is done while the second piece waits.
    writer.save(bytes, of: attempt)
    semaphore.wait()
    writer.abandon()
    writer.finish()
    #expect(told.withLock(\.count) == 4)
  }

  @Test func worker_whoseLinkAndDiskTakeNothing_keepsItsMemorySmall() async throws {
    try await Sandbox.with { sandbox in
      let coordinator = try await PlayedCoordinator(sandbox)
      // Its slots do not enter a folder that others may write to.
      #expect(chmod("\(coordinator.session)/checkpoints", 0o777) == 0)
      try coordinator.start(attempt, steps: 60)
      let spool = "\(coordinator.session)/spool"
      try await sandbox.waitUntil("the job is done") {
        Descriptor.names(in: spool).contains { $0.hasSuffix(".outcome") }
      }
      let worker = await Command.run(
        ["pgrep", "-f", "--", "serve --folder \(sandbox.folder)/work "])
      let peak = await sandbox.shell("grep VmHWM /proc/\(worker.output)/status")
      let kilobytes = peak.output.split(separator: " ").compactMap { Int($0) }
      #expect(try #require(kilobytes.first) < 64 << 10, "\(peak.output)")
      let reports = try await coordinator.hear { if case .outcome = $0 { true } else { false } }
      #expect(reports.contains { if case .checkpointPart = $0 { true } else { false } })
      try coordinator.send(.acknowledge(attempt))
      try coordinator.send(.shutdown)
    }
  }

  /// The job is stopped, or started without what has not come, and later begun again.
  @Test(arguments: [true, false])
  func checkpointThatComesToNoEnd_isForgotten(_ isStopped: Bool) async throws {
    try await Sandbox.with { sandbox in
      let coordinator = try await PlayedCoordinator(sandbox)
      let folder = "\(coordinator.session)/checkpoints"
      for number in 1...2 {
        let attempt = PlayedCoordinator.attempt(number)
        let parts = Array(CheckpointPart.parts(of: bytes))
        let coming = number == 1 ? Array(parts.dropLast()) : parts
        for part in coming { try coordinator.send(.checkpointPart(attempt, part)) }
        _ = try await coordinator.hear {
          $0 == .checkpointTaken(attempt, bytes: coming.last?.end ?? 0)
        }
        let names = Descriptor.names(in: folder)
        #expect(names.count == 1 && names[0].hasSuffix(".sent.part") == (number == 1), "\(names)")
        if isStopped {
          try coordinator.send(.stop(attempt))
        } else {
          try coordinator.start(attempt, steps: 1)
        }
        _ = try await coordinator.hear { if case .outcome = $0 { true } else { false } }
        let left = Descriptor.names(in: folder)
        #expect(!left.contains { $0.hasSuffix(".sent.part") }, "\(left)")
        try coordinator.send(.acknowledge(attempt))
      }
      try coordinator.send(.shutdown)
    }
  }
}
