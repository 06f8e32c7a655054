import Findings
import Foundation
import Store
import SweepModel

/// Prints an attempt's log, and goes on as it grows.
struct LogPrinter {
  let reader: StoreReader
  let key: JobKey
  let attempt: Int
  /// True to print the bytes as the job wrote them; else what could steer a terminal is escaped.
  var isRaw = false

  func print(following: Bool) throws {
    var offset = 0
    var lastPosition = ""
    while true {
      let job = try reader.job(key.hex)
      let live = job.state == .running && job.attempts == attempt ? reader.liveStatus : nil
      let bytes = try LogReader(reader.layout).read(key, attempt: attempt, from: offset)
      offset += bytes.count
      show(bytes)
      if let position = position(in: live), following || offset == 0, position != lastPosition {
        lastPosition = position
        Console.error(position)
      }
      guard following, live != nil else { break }
      usleep(200_000)
    }
    if offset == 0, lastPosition.isEmpty { Console.error(nothing(of: try reader.job(key.hex))) }
  }

  private func show(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    if isRaw { return FileHandle.standardOutput.write(Data(bytes)) }
    // A carriage return draws a progress bar anew: here every state of it is a line.
    let text = String(decoding: bytes, as: UTF8.self)
      .replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
    Console.write(TerminalText.escaped(text), to: .standardOutput)
  }

  /// How far a running attempt is; jobs of Quanta's own workloads write no log but tell that.
  private func position(in live: RunStatus?) -> String? {
    guard let found = live?.attempts.first(where: { $0.job == key && $0.number == attempt }),
      let step = found.step, let total = found.total
    else { return nil }
    let value = found.metric.flatMap { metric in
      found.value.map { ", \(metric) " + String(format: "%.4g", $0) }
    }
    return "step \(step)\(total > 0 ? " of \(total)" : "")\(value ?? "") on \(found.worker)"
  }

  private func nothing(of job: JobRecord) -> String {
    let what = "try \(attempt) of job \(key.short) wrote no log"
    return job.state == .done
      ? what + ": its numbers are in `quanta jobs --json` and `quanta export`"
      : what + "; `quanta explain \(key.short)` says how it stands"
  }
}
