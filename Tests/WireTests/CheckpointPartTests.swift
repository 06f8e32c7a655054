import Basics
import SweepModel
import Testing

@testable import Wire

/// Checkpoints that travel in pieces.
@Suite struct CheckpointPartTests {
  private let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  private func assembled(_ parts: [CheckpointPart]) -> [UInt8]? {
    guard let first = parts.first else { return nil }
    var assembly = CheckpointAssembly(of: first)
    var bytes: [UInt8] = []
    for part in parts {
      guard assembly.take(part) else { return nil }
      bytes += part.bytes
    }
    return assembly.isWhole ? bytes : nil
  }

  @Test(arguments: [1, 2, 999, 5000, 9999, 10_000, 10_001])
  func checkpoint_cutIntoPieces_isItselfAgain(size: Int) {
    let parts = Array(CheckpointPart.parts(of: bytes, size: size))
    #expect(parts.count == (bytes.count + size - 1) / size)
    #expect(parts.map(\.isLast) == parts.indices.map { $0 == parts.count - 1 })
    #expect(assembled(parts) == bytes)
  }

  @Test func pieces_thatAreNotOneCheckpoint_areNone() {
    let parts = Array(CheckpointPart.parts(of: bytes, size: 3000))
    let other = Array(CheckpointPart.parts(of: bytes.reversed(), size: 3000))
    #expect(assembled(Array(parts.dropLast())) == nil)
    #expect(assembled([parts[0], parts[2], parts[1], parts[3]]) == nil)
    #expect(assembled([parts[0], parts[0], parts[1], parts[2], parts[3]]) == nil)
    #expect(assembled([parts[0], other[1], parts[2], parts[3]]) == nil)
    #expect(assembled(parts + [parts[3]]) == nil)
    var bad = parts
    bad[2] = CheckpointPart(
      offset: 6000, total: parts[2].total, checksum: parts[2].checksum,
      bytes: parts[2].bytes.map { $0 ^ 1 })
    #expect(assembled(bad) == nil)
  }

  @Test func checkpoint_ofAnySize_isToldByReportsThatAreItAgain() throws {
    let key = try #require(JobKey(hex: String(repeating: "0a", count: 32)))
    let attempt = AttemptID(job: key, number: 1, token: 1)
    let small = Array(Report.reports(of: bytes, attempt))
    #expect(small == [.checkpoint(attempt, bytes)])
    let parts = try Report.reports(of: bytes, attempt, partSize: 4096).map { report in
      guard case .checkpointPart(attempt, let part)? = try Report(report.frame) else {
        throw WireError.message(.truncated(at: 0))
      }
      return part
    }
    #expect(parts.count == 3 && assembled(parts) == bytes)
  }

  /// A piece that lies about its place would be written anywhere.
  @Test func piece_outsideItsCheckpoint_isRefused() throws {
    let key = try #require(JobKey(hex: String(repeating: "0a", count: 32)))
    let attempt = AttemptID(job: key, number: 1, token: 1)
    for (offset, total, count) in [
      (-1, 10, 1), (10, 10, 1), (0, 0, 1), (0, 10, 0), (5, 10, 6), (0, Int.max, 1),
      (Int.max, 10, 1),
    ] {
      let part = CheckpointPart(
        offset: offset, total: total, checksum: 0, bytes: .init(repeating: 1, count: count))
      let report = Report.checkpointPart(attempt, part)
      #expect(throws: WireError.self, "\(offset) \(total) \(count)") { try Report(report.frame) }
      let order = Order.checkpointPart(attempt, part)
      #expect(throws: WireError.self) { try Order(order.frame) }
    }
  }
}
