import Basics

/// `trainer_state.json` of Hugging Face's Trainer: the rows of `log_history`.
struct TrainerStateReader: MetricReader {
  private var file: WholeJSON
  private var names: Set<String> = []
  private let prefix: String
  private let step: String?

  init(path: String, prefix: String, step: String?) {
    file = WholeJSON(path)
    self.prefix = prefix
    self.step = step
  }

  mutating func read(into book: inout MetricBook, isFinal: Bool) {
    if let state = file.look() {
      book.forget(names)
      var row = JSONRow(prefix: prefix, step: step)
      if case .list(let history)? = state["log_history"] {
        for entry in history { row.record(entry, into: &book) }
      }
      names = row.names
      for name in ["best_metric", "total_flos"] {
        guard let value = state[name]?.number else { continue }
        book.recordScalar(prefix + name, value)
        names.insert(prefix + name)
      }
    }
    if isFinal, let problem = file.problem { book.noteLoss("\(file.path): \(problem)") }
  }
}
