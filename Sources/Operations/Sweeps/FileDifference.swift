import Basics
import Store
import SweepFiles
import SweepModel

/// Where a sweep file and the sweep that the store keeps of it differ.
struct FileDifference {
  /// The fits that the file asks for.
  let fits: [FitRequest]
  /// What to tell, a sentence each; none when file and store say the same.
  let notes: [String]

  /// Reads the file. Throws where it cannot be read as a sweep.
  init(file: String, record: SweepRecord, reader: StoreReader) throws {
    let source = try SweepFile.read(path: file)
    let stored = record.source
    if source.text == stored.text, stored.overrides.isEmpty {
      fits = record.fits
      notes = []
      return
    }
    let sweep = try SweepDataSets.parse(
      SweepSource(origin: file, text: source.text, data: stored.data),
      isStored: source.text == stored.text)
    fits = sweep.fits
    var notes: [String] = []
    let onlyStored = try reader.departures(
      from: record.name, keeping: Set(sweep.jobs.map(\.key))
    ).count
    let onlyFile = sweep.jobs.count - (record.counts.total - onlyStored)
    if onlyStored + onlyFile > 0 {
      let counts = [
        onlyFile > 0 ? "the store lacks \(counted(onlyFile, "job")) of the file" : nil,
        onlyStored > 0 ? "the file lacks \(counted(onlyStored, "job")) of the store's" : nil,
      ].compactMap(\.self).joined(separator: ", ")
      let arguments = stored.arguments.map { "\($0.option) \($0.value)" }.joined(separator: " ")
      let cause = arguments.isEmpty ? "" : " (stored with \(arguments))"
      notes.append(
        "note: \(file) and the stored sweep \(record.name) differ\(cause): \(counts); this is about "
          + "the stored one, `quanta run \(file)` takes the file's")
    }
    if sweep.fits != record.fits {
      notes.append("note: the fits are those of \(file); the store has other ones")
    }
    self.notes = notes
  }
}
