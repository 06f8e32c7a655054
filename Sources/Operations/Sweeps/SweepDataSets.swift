import Basics
import DataSets
import Store
package import SweepFiles
package import SweepModel
import Synchronization
package import Transport
import Workloads

/// The data sets of sweeps: found when a sweep is read, kept in its store when it runs.
package enum SweepDataSets {
  private static let library = DataLibrary()
  /// What was read of sets of weights, nil for those that are not at hand.
  private static let weights = Mutex<[DataSet: Safetensors?]>([:])
  /// All workloads, whose jobs may begin only from weights that fit.
  private static let catalog = WorkloadRegistry.catalog.checking { workload, parameters in
    WorkloadRegistry.workload(named: workload)?.problem(parameters, weights: read)
  }

  /// Parses a sweep, reading the data that it names and no store knows; jobs whose weights it names are
  /// those of `store`.
  package static func parse(
    _ source: SweepSource, store: String? = nil, isStored: Bool = false
  ) throws(FileError) -> Sweep {
    let sweep = try SweepFile.parse(
      source: source, workloads: catalog, data: finder(store), isStored: isStored)
    if !isStored, let signature = try? signature(of: sweep) {
      try CommandScript.check(signature, of: source)
    }
    return sweep
  }

  /// As ``parse(_:store:isStored:)``, but makes no job yet.
  package static func outline(
    _ source: SweepSource, store: String? = nil, isStored: Bool = false
  ) throws(FileError) -> SweepOutline {
    let outline = try SweepFile.outline(
      source: source, workloads: catalog, data: finder(store), isStored: isStored)
    if !isStored { try CommandScript.check(outline.signature, of: source) }
    return outline
  }

  /// The name that a file gives its sweep. Throws all that is wrong with the file where that cannot be
  /// read.
  static func name(of source: SweepSource) throws(FileError) -> String {
    do throws(FileError) {
      return try SweepFile.name(of: source)
    } catch {
      _ = try outline(source)
      throw error
    }
  }

  private static func read(_ set: DataSet) -> Safetensors? {
    weights.withLock { known in
      if let file = known[set] { return file }
      let content = try? library.content(of: set)
      let file = content.flatMap { try? Safetensors($0) }
      known[set] = .some(file)
      return file
    }
  }

  private static func finder(_ store: String?) -> DataFinder {
    { (text, kind) throws(ParameterProblem) in
      do throws(DataSetError) {
        if kind == .weights, let kept = KeptWeightsName(text) {
          return try library.find(try kept.path(in: store), kind)
        }
        return try library.find(text, kind)
      } catch {
        throw ParameterProblem(parameter: kind.rawValue, message: error.description)
      }
    }
  }

  /// The files of all data sets that a sweep's jobs read, kept in a store.
  package static func files(of sweep: Sweep, store directory: String) throws -> [DataFile] {
    let names = try signature(of: sweep).parameters.filter { $0.kind.data != nil }.map(\.name)
    var sets: [DataSet] = []
    for name in names {
      for job in sweep.jobs {
        guard case .text(let text)? = job.parameters[name], let set = DataSet(name: text),
          !sets.contains(set)
        else { continue }
        sets.append(set)
      }
    }
    let folder = StoreLayout(directory: directory).data
    return try sets.map { set in
      DataFile(
        path: try library.file(set, keptIn: folder), hash: set.hash, sizeBytes: set.sizeBytes)
    }
  }
}
