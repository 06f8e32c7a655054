import Fitting
import SweepModel

/// The JSON Schema (draft 2020-12) of what `--json` prints about fits: `quanta fit`, `predict`,
/// `compute-optimal`, `optimum` and `downstream`, `export --what fits --format json`, and each line of
/// `fit --by … --output FILE.jsonl`.
///
/// Every object is closed, so a new property is declared here before a test lets it pass. A number that
/// is not there is absent; null stands for the end that an interval has none of.
public enum FitSchema {
  /// The schema.
  public static var text: String {
    """
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "What quanta prints about fits as JSON",
      "description": "A fit of a table, its groups where it is split by --by, the list of a sweep's fits or of predictions, or the answer of a study. `kind` tells which.",
      "oneOf": [
        {"$ref": "#/$defs/fit"},
        {"$ref": "#/$defs/isoflop"},
        {"$ref": "#/$defs/split"},
        {"type": "array", "items": {"oneOf": [
          {"$ref": "#/$defs/fit"}, {"$ref": "#/$defs/prediction"}]}},
        {"$ref": "#/$defs/computeOptimal"},
        {"$ref": "#/$defs/optimum"},
        {"$ref": "#/$defs/downstream"},
        {"$ref": "#/$defs/refusedStudy"},
        {"$ref": "#/$defs/row"}
      ],
      "$defs": {
        "split": {
          "description": "One entry for each value of the --by columns, in order of appearance.",
          "type": "object", "required": ["groups"], "additionalProperties": false,
          "properties": {"groups": {"type": "array", "items": {"oneOf": [
            {"$ref": "#/$defs/fit"}, {"$ref": "#/$defs/isoflop"}]}}}
        },
    \([fit, row, isoflop, grid, selection, comparison, prediction].joined(separator: ",\n")),
    \([computeOptimal, optimum, downstream, estimate, parts].joined(separator: ",\n"))
      }
    }

    """
  }

  /// Words as a JSON list.
  static func words(_ words: [String]) -> String {
    "[" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }

  static let forms = words(FitRequest.Form.allCases.map(\.rawValue))

  static let fit = """
        "fit": {
          "description": "A form fitted to the points of a table or sweep, or why there is no fit.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "dataHash", "filters", "name", "x", "y", "by",
            "form", "formula", "held", "objective", "n", "upperBounds", "parameters", "converged",
            "minima", "warnings", "derived", "leftOut", "notes"],
          "properties": {
            "kind": {"const": "fit"},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "dataHash": {"$ref": "#/$defs/hash"},
            "filters": {"$ref": "#/$defs/filters"},
            "name": {"type": "string", "description": "The fit's name in the sweep's file, or y ~ x."},
            "x": {"type": "array", "items": {"type": "string"},
              "description": "The columns of the inputs, in the form's order."},
            "y": {"type": "string", "description": "The column of the metric."},
            "by": {"$ref": "#/$defs/texts"},
            "form": {"enum": \(forms)},
            "formula": {"type": "string"},
            "held": {"$ref": "#/$defs/numbers", "description": "Parameters held at a value."},
            "objective": {"$ref": "#/$defs/objective"},
            "n": {"type": "integer", "minimum": 0, "description": "Points that were fitted."},
            "upperBounds": {"type": "integer", "minimum": 0,
              "description": "Those of the n points that are upper bounds only."},
            "parameters": {"$ref": "#/$defs/estimates", "description":
              "By name: exponents without a unit, prefactors and floors in y's, scales in x's. Empty where there is no fit."},
            "converged": {"type": "boolean"},
            "scaledGradientNorm": {"type": "number", "minimum": 0},
            "starts": {"type": "object", "required": ["count", "reached"],
              "additionalProperties": false, "description":
                "Starts of the search, and those that reached the minimum.",
              "properties": {"count": {"type": "integer", "minimum": 0},
                "reached": {"type": "integer", "minimum": 0}}},
            "minima": {"type": "array", "description": "Local minima that were found, lowest first.",
              "items": {"type": "object", "required": ["value", "parameters"],
                "additionalProperties": false, "properties": {
                  "value": {"type": "number", "description": "The objective there."},
                  "parameters": {"$ref": "#/$defs/numbers"}}}},
            "warnings": {"$ref": "#/$defs/warnings"},
            "derived": {"$ref": "#/$defs/estimates", "description":
              "What follows from the parameters, such as N_opt_C1e24, the best N at 1e24 FLOP."},
            "selection": {"$ref": "#/$defs/selection"},
            "comparison": {"$ref": "#/$defs/comparison"},
            "distinctX": {"type": "integer", "minimum": 0},
            "clusters": {"type": "integer", "minimum": 0,
              "description": "Groups of points that are independent of each other."},
            "xRange": {"$ref": "#/$defs/range", "description": "Least and greatest x."},
            "rmsLogResidual": {"type": "number", "minimum": 0,
              "description": "Root mean square of ln y − ln prediction."},
            "covariance": {"type": "object", "required": ["names", "matrix"],
              "additionalProperties": false,
              "description": "Asymptotic, of ln NAME where the name says so.",
              "properties": {"names": {"type": "array", "items": {"type": "string"}},
                "matrix": {"$ref": "#/$defs/matrix"}}},
            "intervals": {"$ref": "#/$defs/intervals"},
            "refused": {"$ref": "#/$defs/refused"},
            "theory": {"type": "object", "required": ["exponent", "formula", "source"],
              "additionalProperties": false, "properties": {"exponent": {"type": "number"},
                "formula": {"type": "string"}, "source": {"type": "string"}}},
            "grid": {"$ref": "#/$defs/grid"},
            "leftOut": {"$ref": "#/$defs/leftOut"},
            "notes": {"type": "array", "items": {"type": "string"}}
          }
        }
    """
}
