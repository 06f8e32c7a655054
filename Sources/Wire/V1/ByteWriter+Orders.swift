import Basics
import SweepModel

// The orders of version 1, values one after the other, for workers of that version. They get no new
// work: what they hold is asked for, confirmed, stopped and acknowledged.

extension ByteWriter {
  mutating func write(_ order: Order) {
    switch order {
    case .hello(let settings):
      write(settings.heartbeatSeconds)
      write(settings.graceSeconds)
    case .start(let assignment): write(assignment)
    case .stop(let attempt), .acknowledge(let attempt): write(attempt)
    // A piece is for new work only.
    case .shutdown, .heartbeat, .checkpointPart: break
    case .run(let run):
      write(run.store)
      write(run.host)
      write(run.process)
    }
  }

  private mutating func write(_ assignment: Order.Assignment) {
    write(assignment.attempt)
    write(assignment.workload)
    write(assignment.resultVersion)
    write(assignment.parameters)
    write(assignment.threads)
    write(assignment.timeoutSeconds != nil)
    if let seconds = assignment.timeoutSeconds { write(seconds) }
    write(assignment.checkpointSeconds)
    write(assignment.checkpoint != nil)
    if let checkpoint = assignment.checkpoint { write(checkpoint) }
  }

  private mutating func write(_ attempt: AttemptID) {
    write(attempt.job.hex)
    write(attempt.number)
    write(attempt.token)
  }

  private mutating func write(_ parameters: Parameters) {
    write(UInt32(parameters.entries.count))
    for entry in parameters.entries {
      write(entry.name)
      switch entry.value {
      case .integer(let value):
        write(UInt8(0))
        write(value)
      case .real(let value):
        write(UInt8(1))
        write(value)
      case .text(let value):
        write(UInt8(2))
        write(value)
      case .flag(let value):
        write(UInt8(3))
        write(value)
      }
    }
  }

  private mutating func write(_ value: String) { write(Array(value.utf8)) }

  private mutating func write(_ value: [UInt8]) {
    write(UInt32(value.count))
    write { $0 += value }
  }
}
