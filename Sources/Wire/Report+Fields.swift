import Basics
import SweepModel

// Reports as numbered fields, writer and reader side by side.

extension Report {
  /// What tells the reports apart.
  private var kind: UInt8 {
    switch self {
    case .hello: 65
    case .progress: 66
    case .log: 67
    case .checkpoint: 68
    case .outcome: 69
    case .heartbeat: 70
    case .occupied: 71
    case .rows: 72
    case .checkpointPart: 73
    case .checkpointKept: 74
    case .checkpointTaken: 75
    case .setUp: 76
    }
  }

  /// The frame of this report.
  public var frame: Frame {
    var out = FieldWriter()
    switch self {
    case .hello(let description): out.write(description)
    case .progress(let attempt, let progress):
      out.write(1, attempt)
      out.write(2, progress.step)
      out.write(3, progress.total)
      out.write(4, progress.metric)
      out.write(5, progress.value)
    case .log(let attempt, let text):
      out.write(1, attempt)
      out.write(2, text)
    case .checkpoint(let attempt, let bytes):
      out.write(1, attempt)
      out.write(2, bytes)
    case .outcome(let attempt, let outcome):
      out.write(1, attempt)
      out.write(outcome)
    case .heartbeat: break
    case .occupied(let occupation):
      out.write(1, occupation.instance)
      if let run = occupation.run { out.write(2, run) }
    case .rows(let attempt, let curves):
      out.write(1, attempt)
      for curve in curves { out.write(2, curve) }
    case .checkpointPart(let attempt, let part):
      out.write(1, attempt)
      out.write(2, part)
    case .checkpointKept(let attempt): out.write(1, attempt)
    case .checkpointTaken(let attempt, let bytes):
      out.write(1, attempt)
      out.write(2, bytes)
    case .setUp(let attempt, let isOver):
      out.write(1, attempt)
      if isOver { out.write(2, 1) }
    }
    return Frame(kind: kind, payload: out.bytes)
  }

  /// The report of a kind; nil for a kind that a later version knows.
  init?(kind: UInt8, _ fields: FieldReader) throws(ByteDamage) {
    switch kind {
    case 65: self = .hello(try fields.workerDescription())
    case 66:
      self = .progress(
        try fields.attempt(1),
        Progress(
          step: try fields.integer(2, in: 0...Int.max, "a step"),
          total: try fields.integer(3, in: 0...Int.max, "a number of steps"),
          metric: try fields.string(4) ?? "", value: try fields.double(5) ?? .nan))
    case 67: self = .log(try fields.attempt(1), try fields.string(2) ?? "")
    case 68: self = .checkpoint(try fields.attempt(1), try fields.data(2) ?? [])
    case 69: self = .outcome(try fields.attempt(1), try fields.outcome())
    case 70: self = .heartbeat
    case 71:
      let run = try fields.message(2)
      self = .occupied(
        Occupation(instance: try fields.string(1) ?? "", run: try run?.runIdentity()))
    case 72:
      let curves = try fields.messages(2) { (fields) throws(ByteDamage) in try fields.curve() }
      self = .rows(try fields.attempt(1), curves)
    case 73: self = .checkpointPart(try fields.attempt(1), try fields.checkpointPart(2))
    case 74: self = .checkpointKept(try fields.attempt(1))
    case 75:
      let bytes = try fields.integer(2, in: 0...FieldReader.most, "a number of bytes")
      self = .checkpointTaken(try fields.attempt(1), bytes: bytes)
    case 76:
      let isOver = try fields.integer(2, in: 0...1, "whether a set-up is over")
      self = .setUp(try fields.attempt(1), isOver: isOver == 1)
    default: return nil
    }
  }
}

extension FieldWriter {
  fileprivate mutating func write(_ description: Report.WorkerDescription) {
    write(1, description.hostname)
    write(2, description.processor)
    write(3, description.cores)
    write(4, description.memoryBytes)
    write(5, description.instructionSet)
    write(6, description.binaryHash)
    write(7, description.version)
    for attempt in description.held { write(8, attempt) }
    if let identity = description.identity {
      write(9) { out in
        out.write(1, identity.instance)
        out.write(2, identity.machine)
        out.write(3, identity.folder)
      }
    }
    for note in description.notes { write(10, note) }
    for (attempt, held) in description.resources.sorted(by: { $0.key < $1.key }) {
      write(20) { out in
        out.write(1, attempt)
        out.write(2, held)
      }
    }
    for device in description.devices.all {
      write(21) { out in
        out.write(1, device.token)
        out.write(2, device.vendor.rawValue)
        out.write(3, device.name)
        out.write(4, device.memoryBytes)
        out.write(5, device.uuid)
      }
    }
    if description.devices.areWithheld { write(22, 1) }
    write(23, description.secondsLeft)
  }

  fileprivate mutating func write(_ outcome: Report.Outcome) {
    switch outcome {
    case .succeeded(let result, let provenance):
      write(2, result)
      write(3, provenance)
    case .failed(let cause, let message):
      write(4) { out in
        out.write(1, cause.rawValue)
        out.write(2, message)
      }
    }
  }
}

extension FieldReader {
  fileprivate func workerDescription() throws(ByteDamage) -> Report.WorkerDescription {
    let identity = try message(9)
    return Report.WorkerDescription(
      hostname: try string(1) ?? "", processor: try string(2) ?? "",
      cores: try integer(3, in: Self.threads, "a number of cores"),
      memoryBytes: try integer(4, in: 0...(1 << 56), "a host's memory"),
      instructionSet: try string(5) ?? "", binaryHash: try string(6) ?? "",
      version: try string(7) ?? "",
      held: try messages(8) { (fields) throws(ByteDamage) in try fields.attempt() },
      resources: Dictionary(
        try messages(20) { (fields) throws(ByteDamage) in
          (try fields.attempt(1), try fields.held(2))
        }
      ) { _, last in last },
      identity: try identity?.workerIdentity(), notes: try strings(10), devices: try devices(),
      secondsLeft: try seconds(23, "a time left"))
  }

  /// Devices of a vendor that only a later version knows are left out: nobody could show them to a job.
  private func devices() throws(ByteDamage) -> Devices {
    let told = try messages(21) { (fields) throws(ByteDamage) -> Device? in
      guard let vendor = Device.Vendor(rawValue: try fields.string(2) ?? ""),
        let token = try fields.string(1), Device.isToken(token)
      else { return nil }
      return Device(
        token: token, vendor: vendor, name: try fields.string(3) ?? "",
        memoryBytes: try fields.integer(4, in: 0...(1 << 56), "a device's memory"),
        uuid: try fields.string(5) ?? "")
    }
    return Devices(
      Array(told.compactMap(\.self).prefix(Device.most)), areWithheld: try integer(22) == 1)
  }

  private func workerIdentity() throws(ByteDamage) -> Report.WorkerIdentity {
    Report.WorkerIdentity(
      instance: try string(1) ?? "", machine: try string(2) ?? "", folder: try string(3) ?? "")
  }

  /// The cause of a later version is kept by its word.
  fileprivate func outcome() throws(ByteDamage) -> Report.Outcome {
    if let result = try message(2) {
      guard let provenance = try message(3) else { throw damage("a result of unknown origin") }
      return .succeeded(try result.result(), try provenance.provenance())
    }
    let failure = try message(4)
    // One that says nothing of it has failed.
    let word = try failure?.string(1) ?? FailureCause.jobFailed.rawValue
    return .failed(FailureCause(rawValue: word), message: try failure?.string(2) ?? "")
  }
}
