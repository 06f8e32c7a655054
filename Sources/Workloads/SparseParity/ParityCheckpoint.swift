import Kernels
import SweepModel
import Training

/// A job's state between two steps: magic, version, a fingerprint of the job, step, parameters,
/// AdamW moments and the record. Random numbers need no state; they depend on the step alone.
enum ParityCheckpoint {
  private static let magic: UInt64 = 0x5150_4152_4954_5931
  private static let version = 1

  /// Identifies what a checkpoint belongs to: the parameters, and the instruction set, because a
  /// job that changed it on the way would give the bits of neither (64-bit FNV-1a).
  static func fingerprint(_ parameters: Parameters, instructionSet: String) -> UInt64 {
    var text = "\(instructionSet);\(SparseParity.resultVersion)"
    for entry in parameters.entries { text += ";\(entry.name)=\(entry.value)" }
    return text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The bytes of a state after `step` steps.
  static func encode(
    step: Int, fingerprint: UInt64, network: BinaryNetwork, record: ParityRecord
  ) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(magic)
    writer.append(version)
    writer.append(fingerprint)
    writer.append(step)
    writer.append(network.parameters)
    writer.append(network.firstMoments)
    writer.append(network.secondMoments)
    record.write(to: &writer)
    return writer.bytes
  }

  /// The latest loss in a checkpoint, whatever instruction set it was made with; nil for one that
  /// cannot be read.
  static func lastLoss(_ bytes: [UInt8], settings: ParitySettings) -> LastMetric? {
    var reader = ByteReader(bytes)
    guard (try? reader.word()) == magic, (try? reader.integer()) == version,
      (try? reader.word()) != nil, (try? reader.integer()) != nil
    else { return nil }
    for _ in 0..<3 {
      guard (try? reader.skipReals()) != nil else { return nil }
    }
    return try? ParityRecord(from: &reader, tasks: settings.shape.input.tasks).lastLoss
  }

  /// Restores a network and returns the step and the record. When it throws, the network's numbers
  /// are undefined and must be initialised.
  static func restore(
    _ bytes: [UInt8], fingerprint: UInt64, network: BinaryNetwork, settings: ParitySettings
  ) throws(CheckpointDamage) -> (step: Int, record: ParityRecord) {
    var reader = ByteReader(bytes)
    guard try reader.word() == magic else { throw reader.damage("it has another format") }
    let found = try reader.integer()
    guard found == version else {
      throw reader.damage("it has version \(found), not \(version)")
    }
    guard try reader.word() == fingerprint else {
      throw reader.damage("it belongs to other parameters or another instruction set")
    }
    let step = try reader.integer()
    try reader.read(into: network.parameters)
    try reader.read(into: network.firstMoments)
    try reader.read(into: network.secondMoments)
    let record = try ParityRecord(from: &reader, tasks: settings.shape.input.tasks)
    guard reader.isAtEnd else { throw reader.damage("bytes follow its end") }
    guard step >= 0, step < settings.steps, (0...step).contains(record.steps.last ?? 0) else {
      throw reader.damage("its step \(step) does not fit the job")
    }
    network.prepare()
    return (step, record)
  }
}
