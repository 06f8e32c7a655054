import Basics
import SweepModel

// The model's types as messages, writer and reader side by side. What is absent is empty, 0 or false
// unless the reader says otherwise.

extension FieldWriter {
  mutating func write(_ number: Int, _ attempt: AttemptID) {
    write(number) { out in
      out.write(1, attempt.job.hex)
      out.write(2, attempt.number)
      out.write(3, attempt.token)
    }
  }

  mutating func write(_ number: Int, _ parameters: Parameters) {
    for entry in parameters.entries {
      write(number) { out in
        out.write(1, entry.name)
        switch entry.value {
        case .integer(let value): out.write(2, value)
        case .real(let value): out.write(3, value)
        case .text(let value): out.write(4, value)
        case .flag(let value): out.write(5, value)
        }
      }
    }
  }

  mutating func write(_ number: Int, _ held: [Allocation.Held]) {
    for entry in held {
      write(number) { out in
        out.write(1, entry.name)
        out.write(2, entry.index)
        // Older readers take a share for all of it: nobody else gets the rest.
        if entry.share != 1 { out.write(3, entry.share.thousandths) }
      }
    }
  }

  mutating func write(_ number: Int, _ run: RunIdentity) {
    write(number) { $0.write(run) }
  }

  mutating func write(_ run: RunIdentity) {
    write(1, run.store)
    write(2, run.host)
    write(3, run.process)
  }

  mutating func write(_ number: Int, _ result: JobResult) {
    write(number) { out in
      for scalar in result.scalars {
        out.write(1) { out in
          out.write(1, scalar.name)
          out.write(2, scalar.value)
        }
      }
      for curve in result.curves { out.write(2, curve) }
      for snapshot in result.weights {
        out.write(3) { out in
          out.write(1, snapshot.step)
          out.write(2, snapshot.content)
        }
      }
    }
  }

  mutating func write(_ number: Int, _ curve: Curve) {
    write(number) { out in
      out.write(1, curve.name)
      out.write(2, curve.columns)
      out.write(3, packed: curve.steps)
      out.write(4, packed: curve.values)
    }
  }

  mutating func write(_ number: Int, _ part: CheckpointPart) {
    write(number) { out in
      out.write(1, part.offset)
      out.write(2, part.total)
      out.write(3, Int(bitPattern: UInt(part.checksum)))
      out.write(4, part.bytes)
    }
  }

  mutating func write(_ number: Int, _ provenance: Provenance) {
    write(number) { out in
      out.write(1, provenance.hostname)
      out.write(2, provenance.processor)
      out.write(3, provenance.instructionSet)
      out.write(4, provenance.threads)
      out.write(5, provenance.wallSeconds)
      out.write(6, provenance.cpuSeconds)
      out.write(7, provenance.peakMemoryBytes)
      out.write(8, provenance.binaryHash)
      out.write(9, provenance.version)
      out.write(10, provenance.origin == Provenance.here ? nil : provenance.origin)
    }
  }
}

extension FieldReader {
  /// The most of anything that is counted: sums of such numbers fit in 64 bits.
  static let most = 1 << 48
  /// Cores or threads of one host.
  static let threads = 0...(1 << 20)

  /// An attempt, which no message about one is without.
  func attempt(_ number: Int) throws(ByteDamage) -> AttemptID {
    guard let fields = try message(number) else { throw damage("an attempt is missing") }
    return try fields.attempt()
  }

  func attempt() throws(ByteDamage) -> AttemptID {
    guard let job = JobKey(hex: try string(1) ?? "") else { throw damage("a job key is no digest") }
    return AttemptID(
      job: job, number: try integer(2, in: 1...Self.most, "a try's number"),
      token: try integer(3, in: 1...Self.most, "a token"))
  }

  func parameters(_ number: Int) throws(ByteDamage) -> Parameters {
    Parameters(
      try messages(number) { (fields) throws(ByteDamage) in
        Parameters.Entry(name: try fields.string(1) ?? "", value: try fields.value())
      })
  }

  /// A job with a value of a later version's kind would be another job: nobody runs that.
  private func value() throws(ByteDamage) -> Value {
    if let value = try integer(2) { return .integer(value) }
    if let value = try double(3) { return .real(value) }
    if let value = try string(4) { return .text(value) }
    if let value = try bool(5) { return .flag(value) }
    throw damage("a parameter has no value")
  }

  func held(_ number: Int) throws(ByteDamage) -> [Allocation.Held] {
    try messages(number) { (fields) throws(ByteDamage) in
      Allocation.Held(
        try fields.string(1) ?? "",
        try fields.integer(2, in: Self.threads, "the place of a resource"),
        share: Amount(
          thousandths: try fields.integer(3, or: Amount.unit, in: 1...Amount.unit, "a share")))
    }
  }

  func runIdentity() throws(ByteDamage) -> RunIdentity {
    RunIdentity(
      store: try string(1) ?? "", host: try string(2) ?? "", process: try integer(3) ?? 0)
  }

  func result() throws(ByteDamage) -> JobResult {
    JobResult(
      scalars: try messages(1) { (fields) throws(ByteDamage) in
        JobResult.Scalar(try fields.string(1) ?? "", try fields.double(2) ?? 0)
      },
      curves: try messages(2) { (fields) throws(ByteDamage) in try fields.curve() },
      weights: try messages(3) { (fields) throws(ByteDamage) in
        WeightSnapshot(
          step: try fields.integer(1, in: 0...Self.most, "a step"),
          content: try fields.data(2) ?? [])
      })
  }

  func curve() throws(ByteDamage) -> Curve {
    let columns = try integer(2) ?? 1
    let values = try packedFloats(4)
    let steps = try packedIntegers(3, atMost: values.count)
    let (size, overflow) = steps.count.multipliedReportingOverflow(by: columns)
    guard columns > 0, !overflow, size == values.count else {
      throw damage("the shapes of a curve disagree")
    }
    return Curve(name: try string(1) ?? "", steps: steps, columns: columns, values: values)
  }

  func checkpointPart(_ number: Int) throws(ByteDamage) -> CheckpointPart {
    guard let fields = try message(number) else { throw damage("a checkpoint's piece is missing") }
    let total = try fields.integer(2, in: 1...Self.most, "a checkpoint's size")
    let offset = try fields.integer(1, in: 0...total - 1, "a piece's place")
    let bytes = try fields.data(4) ?? []
    guard (1...total - offset).contains(bytes.count) else {
      throw damage("a piece of \(bytes.count) bytes at \(offset) of \(total)")
    }
    let checksum = UInt64(UInt(bitPattern: try fields.integer(3) ?? 0))
    return CheckpointPart(offset: offset, total: total, checksum: checksum, bytes: bytes)
  }

  func provenance() throws(ByteDamage) -> Provenance {
    Provenance(
      hostname: try string(1) ?? "", processor: try string(2) ?? "",
      instructionSet: try string(3) ?? "",
      threads: try integer(4, in: Self.threads, "a number of threads"),
      wallSeconds: try double(5) ?? 0, cpuSeconds: try double(6) ?? 0,
      peakMemoryBytes: try integer(7) ?? 0, binaryHash: try string(8) ?? "",
      version: try string(9) ?? "", origin: try string(10) ?? Provenance.here)
  }
}
