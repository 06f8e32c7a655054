import Analysis
import Basics
import SweepModel

/// Titles of axes, with symbol and unit.
public enum AxisTitle {
  /// The title of a number that workloads and grids use; other names stand for themselves.
  ///
  /// - Parameters:
  ///   - name: Such as `parameters` or `loss.final`.
  ///   - lossUnit: The unit of losses; nil prints none.
  public static func of(_ name: String, lossUnit: String? = nil) -> String {
    switch name {
    case "parameters": return "Parameters N"
    case "samples": return "Training samples D"
    case "step", "steps": return "Optimiser step S"
    case "width": return "Hidden width"
    case "trainNum": return "Training samples"
    case "embeddingRate": return "Learning rate of the embeddings"
    case "decoderRate": return "Learning rate of the decoder"
    case "decoderDecay": return "Weight decay of the decoder"
    default:
      guard name == "loss" || name.hasPrefix("loss.") else { return name }
      let kind =
        switch name {
        case "loss", "loss.final": "Test loss"
        case "loss.minimum", "loss.min", "loss.best": "Least test loss"
        default: name
        }
      return lossUnit.map { "\(kind) (\($0))" } ?? kind
    }
  }
}

extension FitReport {
  /// The title of an axis: what workloads and grids call it, or a table's column as it is, whose
  /// unit nobody knows.
  func axisTitle(_ name: String) -> String {
    groups.allSatisfy { $0.completeness == nil } ? name : AxisTitle.of(name, lossUnit: lossUnit)
  }

  /// The sweep, or the file without its folder.
  var sourceName: String { source.split(separator: "/").last.map(String.init) ?? source }

  /// `widths: alpha_N`, `runs.csv: loss ~ tokens`.
  var title: String { "\(sourceName): \(request.name)" }

  /// What holes in the grid make of every figure; nil without.
  var holeWarning: String? {
    let grids = groups.compactMap(\.completeness)
    let missing = grids.reduce(0) { $0 + $1.missing.count }
    let expected = grids.reduce(0) { $0 + $1.expected }
    return missing == 0 ? nil : "incomplete: \(missing) of \(counted(expected, "point")) missing"
  }
}
