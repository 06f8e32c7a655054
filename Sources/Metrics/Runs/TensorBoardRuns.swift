/// Which folders with event files are one run of TensorBoard.
///
/// Beside its own file a run may have folders: `train` and `validation` (Keras), one for each line of a
/// chart of several (`add_scalars`), and a numbered one for what `add_hparams` writes. Any other folder is
/// a run of its own, wherever it is.
struct TensorBoardRuns {
  /// A folder of events, and what the names in it begin with.
  struct Part: Hashable {
    let path: String
    let prefix: String
    /// It was made by `add_hparams`, in tensorboardX and PyTorch.
    let isOfParameters: Bool
  }

  private let root: String
  private let folders: Set<String>
  /// The run of every folder.
  private var runs: [String: String] = [:]

  /// - Parameter root: What is searched: no run is above it.
  /// - Parameter folders: Those with event files at or below it, in their order.
  init(_ folders: [String], in root: String) {
    self.root = root
    self.folders = Set(folders)
    let mixed = Self.foldersOfOthers(folders, self.folders, root: root)
    for folder in folders { runs[folder] = run(of: folder, mixed: mixed) }
  }

  /// The runs in their order, each with its folders. A folder that only describes the runs below it, as
  /// the table of hyperparameters does, is none.
  var places: [(path: String, parts: [Part])] {
    var parts: [String: [String]] = [:]
    for (folder, run) in runs { parts[run, default: []].append(folder) }
    let sorted = parts.sorted { NaturalOrder.isBefore($0.key, $1.key) }
    let roofs = Set(folders.lazy.compactMap { Self.above($0, among: folders) })
    return sorted.compactMap { run, own in
      if own == [run], roofs.contains(run), Self.saysNothing(run) { return nil }
      let own = own.sorted(by: NaturalOrder.isBefore)
      return (run, own.map { part($0, among: Set(own)) })
    }
  }

  // MARK: Whose a folder is

  private func run(of folder: String, mixed: Set<String>) -> String {
    if let above = Self.above(folder, among: folders) {
      let inner = String(folder.dropFirst(above.count + 1))
      let isPart =
        inner.split(separator: "/").allSatisfy { DataParts.contains($0) || Self.isNumbered($0) }
        || Self.isLine(inner, of: folder)
      if isPart { return run(of: above, mixed: mixed) }
    }
    var run = Substring(folder)
    while run.utf8.count > root.utf8.count, let slash = run.lastIndex(of: "/"),
      DataParts.contains(run[run.index(after: slash)...]), !mixed.contains(String(run[..<slash]))
    {
      run = run[..<slash]
    }
    return String(run)
  }

  /// The folders below which there are event files in others than `train`, `validation` and so on.
  private static func foldersOfOthers(
    _ folders: [String], _ known: Set<String>, root: String
  ) -> Set<String> {
    var mixed: Set<String> = []
    for folder in folders {
      var isOther = false
      var path = Substring(folder)
      while path.utf8.count > root.utf8.count, let slash = path.lastIndex(of: "/") {
        let name = path[path.index(after: slash)...]
        isOther = isOther || !(DataParts.contains(name) || isNumbered(name))
        path = path[..<slash]
        if isOther, !known.contains(String(path)) { mixed.insert(String(path)) }
      }
    }
    return mixed
  }

  private static func above(_ folder: String, among folders: Set<String>) -> String? {
    var above = Substring(folder)
    while let slash = above.lastIndex(of: "/") {
      above = above[..<slash]
      if folders.contains(String(above)) { return String(above) }
    }
    return nil
  }

  /// `1796078015.86795`: the second in which `add_hparams` was called.
  static func isNumbered(_ name: Substring) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].utf8.count >= 9
      && parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } && !$0.isEmpty }
  }

  /// A line of a chart that `add_scalars` made: `loss_train` holds `loss` alone.
  private static func isLine(_ inner: String, of folder: String) -> Bool {
    let start = TensorBoardReader.start(of: folder)
    guard start.session.parameters.isEmpty, !start.book.series.isEmpty else { return false }
    return start.book.series.allSatisfy { series in
      inner.hasPrefix(String(series.name.map { $0 == "/" ? "_" : $0 }) + "_")
    }
  }

  /// Neither a number nor a parameter is in a folder's files.
  private static func saysNothing(_ folder: String) -> Bool {
    var (reader, book) = (TensorBoardReader(path: folder, prefix: ""), MetricBook())
    reader.read(into: &book, isFinal: true)
    return book.series.isEmpty && reader.session.parameters.isEmpty
      && reader.session.ending == nil && reader.problems.isEmpty
  }

  // MARK: What its names begin with

  private func part(_ folder: String, among own: Set<String>) -> Part {
    let run = runs[folder] ?? folder
    let isNumbered = folder != run && Self.isNumbered(Self.last(folder))
    let path = isNumbered ? Self.parent(folder) : folder
    let named = own.filter { $0 == run || !Self.isNumbered(Self.last($0)) }
    let prefix = path == run ? "" : Self.prefix(of: path, among: named)
    return Part(path: folder, prefix: prefix, isOfParameters: isNumbered)
  }

  private static func last(_ path: String) -> Substring {
    path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
  }

  private static func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
  }

  /// As ``MetricFinder`` has it, so that a run has the names of a job.
  private static func prefix(of path: String, among paths: Set<String>) -> String {
    if let above = above(path, among: paths) { return path.dropFirst(above.count + 1) + "/" }
    let name = last(path)
    return DataParts.contains(name) && paths.count > 1 ? name + "/" : ""
  }
}
