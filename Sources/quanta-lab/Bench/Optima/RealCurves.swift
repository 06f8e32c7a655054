import Analysis
import Fitting
import Foundation
import SweepModel
import Tables

/// The published curves of a folder such as `Tests/FittingTests/Data`; files that are absent are left
/// out.
struct RealCurves {
  let folder: String

  func all() throws -> [OptimaCurve] {
    var curves: [OptimaCurve] = []
    for file in ["gemstones_hot.csv", "gemstones_cool_end.csv"] {
      curves += try groups(file, by: ["run_name"], "tokens", "final_loss")
    }
    for y in ["n_star", "t_star", "loss_star"] {
      curves += try groups("porian_optima.csv", by: ["config"], "flops", y)
    }
    curves += try groups("revisiting_lang_raw.csv", by: ["Model"], "Seen Examples", "Loss")
    curves += try groups(
      "revisiting_vision_10shot.csv", by: ["Model", "Task", "Training"], "Seen Examples", "Loss")
    for file in ["olmo3b.csv", "stress2.csv", "m4.csv"] {
      curves += try groups(file, by: [], "x", "y")
    }
    curves += try groups("broken.csv", by: [], "n", "loss")
    curves += try bivariate("chinchilla_epoch.csv", "params", "tokens", "loss")
    for y in ["loss_c4_val", "loss_openlm", "loss_paloma_redpajama"] {
      curves += try bivariate("gadre_overtraining.csv", "params", "tokens", y)
    }
    curves += try bivariate("gemstones_hot.csv", "params_active_precise", "tokens", "final_loss")
    return curves
  }

  private func table(_ file: String) throws -> Table? {
    guard let bytes = FileManager.default.contents(atPath: folder + "/" + file) else { return nil }
    return try Table(bytes: Array(bytes), origin: file)
  }

  private func groups(
    _ file: String, by keys: [String], _ x: String, _ y: String
  ) throws -> [OptimaCurve] {
    guard let table = try table(file) else { return [] }
    let (places, input, target) = (
      try keys.map { try table.column($0) }, try table.column(x), try table.column(y)
    )
    var pairs: [String: [(x: Double, y: Double)]] = [:]
    for row in 0..<table.rowCount {
      guard let x = Double(table.text(row, input)), let y = Double(table.text(row, target)), x > 0,
        y > 0
      else { continue }
      pairs[places.map { table.text(row, $0) }.joined(separator: " "), default: []].append((x, y))
    }
    return pairs.sorted { $0.key < $1.key }.map { OptimaCurve("\(file) \($0.key) \(y)", $0.value) }
  }

  private func bivariate(
    _ file: String, _ n: String, _ d: String, _ y: String
  ) throws -> [OptimaCurve] {
    guard let table = try table(file) else { return [] }
    let columns = try [n, d, y].map { try table.column($0) }
    let points = (0..<table.rowCount).compactMap { row -> FitPoint? in
      let numbers = columns.compactMap { Double(table.text(row, $0)) }
      guard numbers.count == 3 else { return nil }
      return FitPoint(x: numbers[0], further: [numbers[1]], y: numbers[2], cluster: row)
    }
    return OptimaCurve.bivariate("\(file) \(y)", points)
  }
}
