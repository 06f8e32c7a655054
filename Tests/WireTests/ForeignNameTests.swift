import SweepModel
import Testing

@testable import Wire

/// What a worker or a coordinator that lies could send in place of a job's key, which becomes the
/// name of files on both sides.
@Suite struct ForeignNameTests {
  private static let key = String(repeating: "0a", count: 32)

  @Test(arguments: [
    "../../../../root/.ssh/authorized_keys", "/etc/passwd", "..", "0a/../0a", "0A", "0a\u{0}",
  ])
  func key_thatIsNoDigest_isRefusedBeforeAnyFileIsTouched(_ name: String) throws {
    let attempt = AttemptID(
      job: try #require(JobKey(hex: Self.key)), number: 1, token: 1)
    let reports: [Report] = [
      .checkpoint(attempt, [1, 2, 3]), .log(attempt, "x"),
      .outcome(attempt, .failed(.timeout, message: "")),
    ]
    for report in reports {
      let frame = forged(report.frame, name)
      #expect {
        try Report(frame)
      } throws: { error in
        "\(error)".contains("a job key is no digest")
      }
    }
    let orders = [Order.stop(attempt), .acknowledge(attempt)]
    for whole in orders.map(\.frame) + orders.map({ $0.frame(in: 1) }) {
      let frame = forged(whole, name)
      #expect {
        try Order(frame)
      } throws: { error in
        "\(error)".contains("a job key is no digest")
      }
    }
  }

  /// The frame with a name of the same length in place of its key: the name, then digits.
  private func forged(_ frame: Frame, _ name: String) -> Frame {
    let key = Array(Self.key.utf8)
    let forged = Array(name.utf8) + key.dropFirst(name.utf8.count)
    var payload = frame.payload
    for start in payload.indices.dropLast(key.count - 1)
    where payload[start..<start + key.count].elementsEqual(key) {
      payload.replaceSubrange(start..<start + key.count, with: forged)
    }
    return Frame(kind: frame.kind, payload: payload, version: frame.version)
  }
}
