import Basics
import SweepModel

// The messages of version 1, values one after the other: a worker of that version, and the files of its
// spool, tell what they hold.

extension ByteReader {
  mutating func order(_ kind: UInt8) throws(ByteDamage) -> Order {
    switch kind {
    case 1:
      return .hello(
        Order.Settings(
          heartbeatSeconds: try seconds("a heartbeat's interval"),
          graceSeconds: try seconds("a grace time")))
    case 2: return .start(try assignment())
    case 3: return .stop(try attempt())
    case 4: return .acknowledge(try attempt())
    case 5: return .shutdown
    case 6: return .heartbeat
    case 7: return .run(try runIdentity())
    case let other: throw damage("no order has the number \(other)")
    }
  }

  mutating func report(_ kind: UInt8) throws(ByteDamage) -> Report {
    switch kind {
    case 65: return .hello(try workerDescription())
    case 66:
      return .progress(
        try attempt(),
        Report.Progress(
          step: try integer(in: 0...Int.max, "a step"),
          total: try integer(in: 0...Int.max, "a number of steps"),
          metric: try string(), value: try double()))
    case 67: return .log(try attempt(), try string())
    case 68: return .checkpoint(try attempt(), try data())
    case 69: return .outcome(try attempt(), try outcome())
    case 70: return .heartbeat
    case 71:
      return .occupied(
        Report.Occupation(
          instance: try string(),
          run: try optional { (reader) throws(ByteDamage) in try reader.runIdentity() }))
    case let other: throw damage("no report has the number \(other)")
    }
  }
}

extension ByteReader {
  private mutating func attempt() throws(ByteDamage) -> AttemptID {
    guard let job = JobKey(hex: try string()) else { throw damage("a job key is no digest") }
    return AttemptID(
      job: job, number: try integer(in: 1...FieldReader.most, "a try's number"),
      token: try integer(in: 1...FieldReader.most, "a token"))
  }

  private mutating func parameters() throws(ByteDamage) -> Parameters {
    Parameters(
      try list(minimumSize: 6) { (reader) throws(ByteDamage) in
        let name = try reader.string()
        let value: Value
        switch try reader.byte() {
        case 0: value = .integer(try reader.integer())
        case 1: value = .real(try reader.double())
        case 2: value = .text(try reader.string())
        case 3: value = .flag(try reader.bool())
        case let other: throw reader.damage("no value has the type \(other)")
        }
        return Parameters.Entry(name: name, value: value)
      })
  }

  private mutating func assignment() throws(ByteDamage) -> Order.Assignment {
    Order.Assignment(
      attempt: try attempt(), workload: try string(), resultVersion: try integer(),
      parameters: try parameters(),
      threads: try integer(in: FieldReader.threads, "a number of threads"),
      timeoutSeconds: try optional { (reader) throws(ByteDamage) in
        try reader.seconds("a time limit")
      },
      checkpointSeconds: try seconds("an interval of checkpoints"),
      checkpoint: try optional { (reader) throws(ByteDamage) in try reader.data() })
  }

  private mutating func workerDescription() throws(ByteDamage) -> Report.WorkerDescription {
    let hostname = try string()
    let processor = try string()
    let cores = try integer(in: FieldReader.threads, "a number of cores")
    let memory = try integer(in: 0...(1 << 56), "a host's memory")
    let (instructionSet, binaryHash, version) = (try string(), try string(), try string())
    let held = try list(minimumSize: 84) { (reader) throws(ByteDamage) in try reader.attempt() }
    // Here the words of an older worker end.
    let identity = remaining == 0 ? nil : try workerIdentity()
    let notes =
      identity == nil
      ? [] : try list(minimumSize: 4) { (reader) throws(ByteDamage) in try reader.string() }
    return Report.WorkerDescription(
      hostname: hostname, processor: processor, cores: cores, memoryBytes: memory,
      instructionSet: instructionSet, binaryHash: binaryHash, version: version, held: held,
      identity: identity, notes: notes)
  }

  private mutating func workerIdentity() throws(ByteDamage) -> Report.WorkerIdentity {
    Report.WorkerIdentity(instance: try string(), machine: try string(), folder: try string())
  }

  private mutating func runIdentity() throws(ByteDamage) -> RunIdentity {
    RunIdentity(store: try string(), host: try string(), process: try integer())
  }

  private mutating func outcome() throws(ByteDamage) -> Report.Outcome {
    switch try byte() {
    case 0: return .succeeded(try result(), try provenance())
    case 1:
      return .failed(FailureCause(rawValue: try string()), message: try string())
    case let other: throw damage("no outcome has the number \(other)")
    }
  }

  private mutating func result() throws(ByteDamage) -> JobResult {
    let scalars = try list(minimumSize: 12) { (reader) throws(ByteDamage) in
      JobResult.Scalar(try reader.string(), try reader.double())
    }
    let curves = try list(minimumSize: 20) { (reader) throws(ByteDamage) in
      try reader.curve()
    }
    return JobResult(scalars: scalars, curves: curves)
  }

  private mutating func curve() throws(ByteDamage) -> Curve {
    let name = try string()
    let columns = try integer()
    let steps = try list(minimumSize: 8) { (reader) throws(ByteDamage) in try reader.integer() }
    let values = try list(minimumSize: 4) { (reader) throws(ByteDamage) in try reader.float() }
    let (size, overflow) = steps.count.multipliedReportingOverflow(by: columns)
    guard columns > 0, !overflow, size == values.count else {
      throw damage("the shapes of a curve disagree")
    }
    return Curve(name: name, steps: steps, columns: columns, values: values)
  }

  private mutating func provenance() throws(ByteDamage) -> Provenance {
    Provenance(
      hostname: try string(), processor: try string(), instructionSet: try string(),
      threads: try integer(in: FieldReader.threads, "a number of threads"),
      wallSeconds: try double(),
      cpuSeconds: try double(), peakMemoryBytes: try integer(), binaryHash: try string(),
      version: try string())
  }
}
