import DataSets
import Foundation
import Store
import SweepModel

/// `SWEEP/JOB` or `SWEEP/JOB@STEP`: the weights that a job of a stored sweep has kept, JOB being its number
/// there or the beginning of its key, STEP the last one if absent.
struct KeptWeightsName {
  private let text: String
  private let sweep: String
  private let job: String
  private let step: Int?

  /// Nil for what is a file, or begins as paths do.
  init?(_ text: String) {
    guard let first = text.first, first != "/", first != ".", first != "~",
      !FileManager.default.fileExists(atPath: text)
    else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    let places = parts[1].split(separator: "@", omittingEmptySubsequences: false)
    let step = places.count == 2 ? Int(places[1]) : nil
    guard places.count == 1 || places.count == 2 && step != nil, let job = places.first,
      job.allSatisfy({ $0.isASCII && $0.isHexDigit })
    else { return nil }
    self.text = text
    sweep = String(parts[0])
    self.job = String(job)
    self.step = step
  }

  /// The file that holds them in a store.
  func path(in store: String?) throws(DataSetError) -> String {
    guard let store, let reader = try? StoreReader.open(at: store),
      let known = try? reader.sweeps().map(\.name), known.contains(sweep)
    else {
      throw DataSetError(
        "\(text) is no file, and the store \(store ?? "") has no sweep \"\(sweep)\"",
        remedy: "`quanta run \(sweep)` first, with the same --store, or give a file of weights")
    }
    let snapshots: [WeightSnapshot]
    do throws(StoreError) {
      snapshots = try reader.weights(of: key(reader))
    } catch {
      throw DataSetError(error.message, remedy: error.remedy)
    }
    guard let last = snapshots.last else {
      throw DataSetError(
        "the job \(job) of \(sweep) has kept no weights",
        remedy: "`quanta jobs \(sweep)` tells whether it is done; "
          + "\"keep: weights\" in the file of \(sweep) keeps them")
    }
    guard let step else { return WeightFolder(reader.layout).path(of: last.hash) }
    guard let wanted = snapshots.first(where: { $0.step == step }) else {
      let near = snapshots.min { abs($0.step - step) < abs($1.step - step) } ?? last
      throw DataSetError(
        "the job \(job) of \(sweep) has kept no weights after step \(step)",
        remedy: "the nearest that it has are \(sweep)/\(job)@\(near.step)")
    }
    return WeightFolder(reader.layout).path(of: wanted.hash)
  }

  /// A number of the sweep before the beginning of a key: short numbers are seldom meant as one.
  private func key(_ reader: StoreReader) throws(StoreError) -> JobKey {
    if let number = Int(job), job.count < 6,
      let record = try reader.jobs(of: sweep, offset: number, limit: 1).first
    {
      return record.job.key
    }
    return try reader.key(job)
  }
}
