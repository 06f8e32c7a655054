import Basics
import SweepModel
import Training

/// What every checkpoint begins with: a magic number, the format's version, a fingerprint of the job,
/// and the steps done.
struct CheckpointHeader: Sendable {
  /// Names the workload's format.
  let magic: UInt64
  /// Grows when the workload writes other bytes.
  let version: Int
  /// Identifies what the checkpoint belongs to.
  let fingerprint: UInt64
  /// Steps of the whole job.
  let steps: Int

  /// The header of a job. Its fingerprint covers the parameters, and the instruction set, because a
  /// job that changed it on the way would give the bits of neither (64-bit FNV-1a).
  init(
    magic: UInt64, version: Int, parameters: Parameters, resultVersion: Int,
    instructionSet: String, steps: Int
  ) {
    self.magic = magic
    self.version = version
    self.steps = steps
    var text = "\(instructionSet);\(resultVersion)"
    for entry in parameters.entries { text += ";\(entry.name)=\(entry.value)" }
    fingerprint = FNV1a(text).value
  }

  /// Appends the header of a state after `step` steps.
  func write(step: Int, to writer: inout ByteWriter) {
    writer.write(magic)
    writer.write(version)
    writer.write(fingerprint)
    writer.write(step)
  }

  /// Passes over the header of any job of a format and returns the steps done; throws unless it is one.
  static func pass(
    _ reader: inout ByteReader, magic: UInt64, version: Int
  ) throws(ByteDamage) -> Int {
    guard try reader.uint64() == magic, try reader.integer() == version else {
      throw reader.damage("it has another format")
    }
    _ = try reader.uint64()
    return try reader.integer()
  }

  /// Reads a header and returns the steps done; throws unless it is this job's.
  func read(from reader: inout ByteReader) throws(ByteDamage) -> Int {
    guard try reader.uint64() == magic else { throw reader.damage("it has another format") }
    let found = try reader.integer()
    guard found == version else {
      throw reader.damage("it has version \(found), not \(version)")
    }
    guard try reader.uint64() == fingerprint else {
      throw reader.damage("it belongs to other parameters or another instruction set")
    }
    let step = try reader.integer()
    guard step >= 0, step < steps else {
      throw reader.damage("its step \(step) does not fit the job")
    }
    return step
  }
}
