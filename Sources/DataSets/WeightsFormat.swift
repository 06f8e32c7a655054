import Basics
import Posix
import SweepModel

/// A file of weights as `keep: weights` keeps them and as PyTorch's users have them.
struct WeightsFormat: DataFormat {
  let kind = DataKind.weights
  let installed: [String: String] = [:]
  let place = "a file of weights such as ./final.safetensors, or SWEEP/JOB for what a job has kept"
  let noun = "the path of a file of weights (safetensors)"
  let isFolder = false

  /// Reads the whole file.
  func read(_ path: String) throws(DataSetError) -> (layout: any DataLayout, content: [UInt8]) {
    let content: [UInt8]
    do throws(PosixError) {
      content = try AtomicFile.read(path, limit: WeightFile.maximumBytes + 1) ?? []
    } catch {
      throw DataSetError("\(path) cannot be read: \(error)", remedy: "give \(noun)")
    }
    guard let layout = WeightFile(sizeBytes: content.count) else {
      throw DataSetError(
        content.count > WeightFile.maximumBytes
          ? "\(path) holds more than \(WeightFile.maximumBytes >> 20) MiB"
          : "\(path) is too short for a file of weights",
        remedy: "give \(noun) of at most \(WeightFile.maximumBytes >> 20) MiB")
    }
    do throws(ByteDamage) {
      try Safetensors.check(content)
    } catch {
      throw DataSetError(
        "\(path) is no file of weights: \(error)",
        remedy: "give \(noun); `quanta export SWEEP --weights DIR` writes such files")
    }
    return (layout, content)
  }
}
