import Basics

/// All parameters of a network after a step, as the bytes of one ``Basics/Safetensors`` file, which is
/// known by its hash: what a store has of it in a file is not in memory.
public struct WeightSnapshot: Sendable {
  /// The steps done; 0 for the weights as they were drawn.
  public let step: Int
  /// SHA-256 of the file, 64 lowercase hexadecimal digits.
  public let hash: String
  /// The file's size, bytes.
  public let size: Int
  /// The file; nil where it was not read.
  public let content: [UInt8]?

  /// What a job has made.
  public init(step: Int, content: [UInt8]) {
    self.step = step
    self.content = content
    hash = PortableSHA256.hash(content).hexadecimal
    size = content.count
  }

  /// What a store has in a file.
  public init(step: Int, hash: String, size: Int) {
    self.step = step
    self.hash = hash
    self.size = size
    content = nil
  }
}

extension WeightSnapshot: Hashable {
  /// The same content at the same step, in memory or not.
  public static func == (left: WeightSnapshot, right: WeightSnapshot) -> Bool {
    left.step == right.step && left.hash == right.hash && left.size == right.size
  }

  /// Hashes step and content.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(step)
    hasher.combine(hash)
  }
}

extension WeightSnapshot {
  /// Where another snapshot of the same step differs, in words; nil where it does not. Numbers are
  /// compared where both have theirs in memory, each within a fraction of its array's largest.
  func difference(
    from other: WeightSnapshot, tolerance: Double, called name: String
  ) -> String? {
    guard hash != other.hash || size != other.size else { return nil }
    let plain = "the weights after step \(step) are others (SHA-256 \(other.hash.prefix(10))…, "
    guard let mine = tensors, let theirs = other.tensors,
      mine.map(\.name) == theirs.map(\.name), mine.map(\.shape) == theirs.map(\.shape)
    else { return plain + "\(name) is \(hash.prefix(10))…)" }
    for (mine, theirs) in zip(mine, theirs) {
      let largest = zip(mine.values, theirs.values).reduce(0 as Float) {
        max($0, $1.0.magnitude, $1.1.magnitude)
      }
      let allowed = tolerance * Double(largest)
      let place = mine.values.indices.first { index in
        let (a, b) = (mine.values[index], theirs.values[index])
        return a.bitPattern != b.bitPattern
          && !(tolerance > 0 && abs(Double(a) - Double(b)) <= allowed)
      }
      if let place {
        return "number \(place) of \(mine.name) after step \(step) is \(theirs.values[place]), "
          + "\(name) is \(mine.values[place])"
      }
    }
    return tolerance > 0 ? nil : plain + "\(name) is \(hash.prefix(10))…)"
  }

  /// The arrays; nil where they are not in memory or cannot be read.
  private var tensors: [Safetensors.Tensor]? {
    content.flatMap { try? Safetensors($0) }?.tensors
  }
}
