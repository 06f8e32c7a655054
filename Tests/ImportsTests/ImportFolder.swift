import Foundation
import Imports
import SweepFiles
import SweepModel
import Workloads

/// A folder of recorded runs, and what an import of them would do; gone with its last reference.
final class ImportFolder {
  let path = NSTemporaryDirectory() + "quanta-import-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, its folders too.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  /// The plan of an import of some of its files into a sweep.
  func plan(_ names: [String], _ sweep: String = smallSweep, map: String = "{}") throws
    -> ImportPlan
  {
    let source = SweepSource(origin: "s.yaml", text: sweep)
    let sweep = try SweepFile.parse(source: source, workloads: WorkloadRegistry.catalog)
    guard let terms = SweepFile.terms(of: source),
      let signature = try WorkloadRegistry.catalog.signature(for: terms)
    else { throw CocoaError(.featureUnsupported) }
    let map = try ImportMapFile.parse(text: map, origin: "map.yaml", for: signature)
    let sources = try RunSources.open(
      names.map { "\(path)/\($0)" }, signature: signature, map: map, now: 2_000_000_000)
    return ImportPlan(sources: sources, sweep: sweep, signature: signature, map: map)
  }
}

/// Four points of the self-test.
let smallSweep = """
  name: small
  workload: self-test
  settings: {steps: 300}
  grid: {size: [10, 20], seed: [0, 1]}
  fits: {c: {x: size, y: loss.final}}
  """

extension ImportPlan {
  /// The points that runs are adopted for.
  var points: [String] { adopted.compactMap { $0.job.map(label) } }

  /// Why runs are not adopted, by their kinds and reasons.
  var refusals: [String] {
    items.compactMap { item in
      switch item.verdict {
      case .refused(let kind, let reason): "\(kind.rawValue): \(reason)"
      case .superseded(_, let reason): "superseded: \(reason)"
      default: nil
      }
    }
  }

  /// The result of the first run that is adopted.
  var firstResult: JobResult? { adopted.first.flatMap { reading($0)?.result } }
}
