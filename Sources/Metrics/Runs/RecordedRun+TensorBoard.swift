extension RecordedRun {
  /// Reads the folders of a run. What `add_hparams` writes are numbers that stand for the run, not its
  /// curves: they are scalars, and of a name that is a curve already they are left out.
  mutating func readTensorBoard(_ parts: [TensorBoardRuns.Part]) {
    files = []
    var started: [Double] = []
    var ended: [Double] = []
    var endings: [EventSession.Ending] = []
    var summary = MetricBook()
    for part in parts {
      var reader = TensorBoardReader(path: part.path, prefix: part.prefix)
      if part.isOfParameters {
        reader.read(into: &summary, isFinal: true)
      } else {
        reader.read(into: &book, isFinal: true)
      }
      files += TensorBoardReader.files(in: part.path)
      problems += reader.problems
      let session = reader.session
      for parameter in session.parameters where self[parameter.name] == nil {
        parameters.append(parameter)
      }
      started += session.first.map { [$0] } ?? []
      ended += session.last.map { [$0] } ?? []
      endings += session.ending.map { [$0] } ?? []
    }
    for series in summary.series where book[series.name] == nil {
      if let value = series.values.last { book.recordScalar(series.name, value) }
    }
    (startedAt, endedAt) = (started.min(), ended.max())
    switch endings.last {
    case .ended?: (state, stateWord) = (.finished, "SUCCESS")
    case .failed?: (state, stateWord) = (.failed, "FAILURE")
    case .running?: (state, stateWord) = (.running, "RUNNING")
    case .claimed?, nil: break
    }
  }
}
