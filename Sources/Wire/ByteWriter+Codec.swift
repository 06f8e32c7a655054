import Basics
import SweepModel

// The encodings of the model's types, writer and reader side by side.

extension ByteWriter {
  mutating func write(_ attempt: AttemptID) {
    write(attempt.job.hex)
    write(attempt.number)
    write(attempt.token)
  }

  mutating func write(_ parameters: Parameters) {
    writeList(parameters.entries) { out, entry in
      out.write(entry.name)
      switch entry.value {
      case .integer(let value):
        out.write(UInt8(0))
        out.write(value)
      case .real(let value):
        out.write(UInt8(1))
        out.write(value)
      case .text(let value):
        out.write(UInt8(2))
        out.write(value)
      case .flag(let value):
        out.write(UInt8(3))
        out.write(value)
      }
    }
  }

  mutating func write(_ assignment: Order.Assignment) {
    write(assignment.attempt)
    write(assignment.workload)
    write(assignment.resultVersion)
    write(assignment.parameters)
    write(assignment.threads)
    writeOptional(assignment.timeoutSeconds) { $0.write($1) }
    write(assignment.checkpointSeconds)
    writeOptional(assignment.checkpoint) { $0.write($1) }
  }

  mutating func write(_ description: Report.WorkerDescription) {
    write(description.hostname)
    write(description.processor)
    write(description.cores)
    write(description.memoryBytes)
    write(description.instructionSet)
    write(description.binaryHash)
    write(description.version)
    writeList(description.held) { $0.write($1) }
    guard let identity = description.identity else { return }
    write(identity.instance)
    write(identity.machine)
    write(identity.folder)
    writeList(description.notes) { $0.write($1) }
  }

  mutating func write(_ run: RunIdentity) {
    write(run.store)
    write(run.host)
    write(run.process)
  }

  mutating func write(_ outcome: Report.Outcome) {
    switch outcome {
    case .succeeded(let result, let provenance):
      write(UInt8(0))
      write(result)
      write(provenance)
    case .failed(let cause, let message):
      write(UInt8(1))
      write(cause.rawValue)
      write(message)
    }
  }

  private mutating func write(_ result: JobResult) {
    writeList(result.scalars) { out, scalar in
      out.write(scalar.name)
      out.write(scalar.value)
    }
    writeList(result.curves) { out, curve in
      out.write(curve.name)
      out.write(curve.columns)
      out.writeList(curve.steps) { $0.write($1) }
      out.writeList(curve.values) { $0.write($1) }
    }
  }

  private mutating func write(_ provenance: Provenance) {
    write(provenance.hostname)
    write(provenance.processor)
    write(provenance.instructionSet)
    write(provenance.threads)
    write(provenance.wallSeconds)
    write(provenance.cpuSeconds)
    write(provenance.peakMemoryBytes)
    write(provenance.binaryHash)
    write(provenance.version)
  }
}

extension ByteReader {
  /// The most of anything that is counted: sums of such numbers fit in 64 bits.
  private static let most = 1 << 48
  /// Cores or threads of one host.
  private static let threads = 0...(1 << 20)

  mutating func attempt() throws(ByteDamage) -> AttemptID {
    guard let job = JobKey(hex: try string()) else { throw damage("a job key is no digest") }
    return AttemptID(
      job: job, number: try integer(in: 1...Self.most, "a try's number"),
      token: try integer(in: 1...Self.most, "a token"))
  }

  mutating func parameters() throws(ByteDamage) -> Parameters {
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

  mutating func assignment() throws(ByteDamage) -> Order.Assignment {
    Order.Assignment(
      attempt: try attempt(), workload: try string(), resultVersion: try integer(),
      parameters: try parameters(), threads: try integer(in: Self.threads, "a number of threads"),
      timeoutSeconds: try optional { (reader) throws(ByteDamage) in
        try reader.seconds("a time limit")
      },
      checkpointSeconds: try seconds("an interval of checkpoints"),
      checkpoint: try optional { (reader) throws(ByteDamage) in try reader.data() })
  }

  mutating func workerDescription() throws(ByteDamage) -> Report.WorkerDescription {
    let hostname = try string()
    let processor = try string()
    let cores = try integer(in: Self.threads, "a number of cores")
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

  mutating func runIdentity() throws(ByteDamage) -> RunIdentity {
    RunIdentity(store: try string(), host: try string(), process: try integer())
  }

  mutating func outcome() throws(ByteDamage) -> Report.Outcome {
    switch try byte() {
    case 0: return .succeeded(try result(), try provenance())
    case 1:
      guard let cause = FailureCause(rawValue: try string()) else {
        throw damage("no failure cause has this name")
      }
      return .failed(cause, message: try string())
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
      threads: try integer(in: Self.threads, "a number of threads"), wallSeconds: try double(),
      cpuSeconds: try double(), peakMemoryBytes: try integer(), binaryHash: try string(),
      version: try string())
  }
}
