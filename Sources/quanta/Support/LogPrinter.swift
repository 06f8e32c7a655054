import Foundation
import Store
import SweepModel

/// Prints an attempt's log, and goes on as it grows.
struct LogPrinter {
  let reader: StoreReader
  let key: JobKey
  let attempt: Int

  func print(following: Bool) throws {
    var offset = 0
    while true {
      let job = try reader.job(key.hex)
      let isOpen =
        job.state == .running && job.attempts == attempt
        && LiveFile(reader.layout).isCoordinatorAlive
      let bytes = try LogReader(reader.layout).read(key, attempt: attempt, from: offset)
      offset += bytes.count
      Console.write(String(decoding: bytes, as: UTF8.self), to: .standardOutput)
      guard following, isOpen else { break }
      usleep(200_000)
    }
    if offset == 0, !following { Console.error("try \(attempt) has written nothing") }
  }
}
