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
  mutating func attempt() throws(WireError) -> AttemptID {
    guard let job = JobKey(hex: try string()) else { throw .malformed("a job key is no digest") }
    return AttemptID(job: job, number: try integer(), token: try integer())
  }

  mutating func parameters() throws(WireError) -> Parameters {
    Parameters(
      try list(minimumSize: 6) { (reader) throws(WireError) in
        let name = try reader.string()
        let value: Value
        switch try reader.byte() {
        case 0: value = .integer(try reader.integer())
        case 1: value = .real(try reader.double())
        case 2: value = .text(try reader.string())
        case 3: value = .flag(try reader.bool())
        case let other: throw .malformed("no value has the type \(other)")
        }
        return Parameters.Entry(name: name, value: value)
      })
  }

  mutating func assignment() throws(WireError) -> Order.Assignment {
    Order.Assignment(
      attempt: try attempt(), workload: try string(), resultVersion: try integer(),
      parameters: try parameters(), threads: try integer(),
      timeoutSeconds: try optional { (reader) throws(WireError) in try reader.double() },
      checkpointSeconds: try double(),
      checkpoint: try optional { (reader) throws(WireError) in try reader.data() })
  }

  mutating func workerDescription() throws(WireError) -> Report.WorkerDescription {
    Report.WorkerDescription(
      hostname: try string(), processor: try string(), cores: try integer(),
      memoryBytes: try integer(), instructionSet: try string(), binaryHash: try string(),
      version: try string(),
      held: try list(minimumSize: 84) { (reader) throws(WireError) in try reader.attempt() })
  }

  mutating func outcome() throws(WireError) -> Report.Outcome {
    switch try byte() {
    case 0: return .succeeded(try result(), try provenance())
    case 1:
      let name = try string()
      guard let cause = FailureCause(rawValue: name) else {
        throw .malformed("no failure cause is called \(name)")
      }
      return .failed(cause, message: try string())
    case let other: throw .malformed("no outcome has the number \(other)")
    }
  }

  private mutating func result() throws(WireError) -> JobResult {
    let scalars = try list(minimumSize: 12) { (reader) throws(WireError) in
      JobResult.Scalar(try reader.string(), try reader.double())
    }
    let curves = try list(minimumSize: 20) { (reader) throws(WireError) in
      try reader.curve()
    }
    return JobResult(scalars: scalars, curves: curves)
  }

  private mutating func curve() throws(WireError) -> Curve {
    let name = try string()
    let columns = try integer()
    let steps = try list(minimumSize: 8) { (reader) throws(WireError) in try reader.integer() }
    let values = try list(minimumSize: 4) { (reader) throws(WireError) in try reader.float() }
    let (size, overflow) = steps.count.multipliedReportingOverflow(by: columns)
    guard columns > 0, !overflow, size == values.count else {
      throw .malformed("curve \(name): its shapes disagree")
    }
    return Curve(name: name, steps: steps, columns: columns, values: values)
  }

  private mutating func provenance() throws(WireError) -> Provenance {
    Provenance(
      hostname: try string(), processor: try string(), instructionSet: try string(),
      threads: try integer(), wallSeconds: try double(), cpuSeconds: try double(),
      peakMemoryBytes: try integer(), binaryHash: try string(), version: try string())
  }
}
