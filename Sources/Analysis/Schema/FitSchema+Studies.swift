import Fitting

extension FitSchema {
  /// Parabolas at equal compute.
  static let isoflop = """
        "isoflop": {
          "description": "Optimal sizes against compute by parabolas, --isoflop.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "filters", "name", "x", "y", "by", "form",
            "formula", "budget", "budgetTolerance", "objective", "n", "converged", "minima",
            "parameters", "derived", "warnings", "intervals", "parabolas", "leftOut"],
          "properties": {
            "kind": {"const": "isoflop"},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "filters": {"$ref": "#/$defs/filters"},
            "name": {"type": "string"},
            "x": {"type": "array", "items": {"type": "string"}, "description": "The columns of sizes."},
            "y": {"type": "string", "description": "The column of the metric."},
            "by": {"$ref": "#/$defs/texts"},
            "form": {"const": "isoflop"},
            "formula": {"type": "string"},
            "budget": {"type": "string", "description": "The column of budgets, FLOP."},
            "budgetTolerance": {"type": "number", "minimum": 0,
              "description": "Budgets within this part of the least of them are one."},
            "objective": {"$ref": "#/$defs/objective"},
            "n": {"type": "integer", "minimum": 0, "description": "Points that were fitted."},
            "converged": {"type": "boolean"},
            "minima": {"type": "array", "items": {"type": "number"}},
            "parameters": {"$ref": "#/$defs/estimates", "description":
              "a and b, the exponents of the sizes in C, with a_intercept and b_intercept, log10 of the sizes at 1 FLOP."},
            "derived": {"$ref": "#/$defs/estimates",
              "description": "x_opt_C1e24: the best size at 1e24 FLOP."},
            "warnings": {"$ref": "#/$defs/warnings"},
            "intervals": {"$ref": "#/$defs/intervals"},
            "parabolas": {"type": "array", "items": {"type": "object",
              "required": ["size", "budget", "n", "curvature", "window", "rss"],
              "additionalProperties": false, "properties": {
                "size": {"type": "string", "description": "The column."},
                "budget": {"type": "number", "minimum": 0, "description": "FLOP."},
                "n": {"type": "integer", "minimum": 3}, "log10Vertex": {"type": "number"},
                "minimum": {"type": "number", "description": "y at the vertex."},
                "curvature": {"type": "number", "description": "Of y in log10 size."},
                "window": {"$ref": "#/$defs/range", "description": "Least and greatest size."},
                "rss": {"type": "number", "minimum": 0,
                  "description": "Sum of squared residuals of y."}}}},
            "refused": {"$ref": "#/$defs/refused"},
            "leftOut": {"$ref": "#/$defs/leftOut"}
          }
        }
    """

  /// A prediction of a fit.
  static let prediction = """
        "prediction": {
          "description": "A fit's curve at a place, quanta predict.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "name", "y", "form", "by", "at", "inputs",
            "determined", "dataHash"],
          "properties": {
            "kind": {"const": "prediction"},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "name": {"type": "string"}, "y": {"type": "string"},
            "form": {"enum": \(forms)},
            "by": {"$ref": "#/$defs/texts"},
            "at": {"type": "string", "description": "The place as it was asked."},
            "inputs": {"type": "object", "additionalProperties": {"type": "object",
              "required": ["value", "decadesOutside"], "additionalProperties": false,
              "properties": {"value": {"type": "number"},
                "decadesOutside": {"type": "number", "description":
                  "Above the data, below them where negative, 0 inside."}}}},
            "value": {"type": "number", "description": "The curve there, in y's unit."},
            "ci95": {"$ref": "#/$defs/interval", "description": "Of the curve."},
            "measurement95": {"$ref": "#/$defs/interval", "description": "Of a new measurement."},
            "determined": {"type": "boolean"},
            "budget": {"type": "number", "minimum": 0, "description": "C = 6·N·D, FLOP."},
            "optimal": {"$ref": "#/$defs/estimates", "description": "The best inputs of the budget."},
            "warnings": {"$ref": "#/$defs/warnings"},
            "refused": {"$ref": "#/$defs/refused"},
            "dataHash": {"$ref": "#/$defs/hash"}
          }
        }
    """

  /// Approaches to compute-optimal sizes.
  static let computeOptimal = """
        "computeOptimal": {
          "description": "N* ∝ C^a and D* ∝ C^b by three approaches, quanta compute-optimal.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "columns", "n", "leftOut", "resamples", "seed",
            "objective", "approaches"],
          "properties": {
            "kind": {"const": "compute-optimal"},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "columns": {"type": "object", "required": ["N", "D", "y"],
              "additionalProperties": false, "properties": {
                "N": {"type": "string"}, "D": {"type": "string"}, "y": {"type": "string"},
                "budget": {"type": "string"}, "run": {"type": "string"}}},
            "n": {"type": "integer", "minimum": 0, "description": "Rows that took part."},
            "leftOut": {"type": "integer", "minimum": 0, "description": "Rows without a value."},
            "resamples": {"$ref": "#/$defs/resamples"}, "seed": {"$ref": "#/$defs/seed"},
            "objective": {"type": "string", "description": "Of the parametric fit."},
            "warnings": {"$ref": "#/$defs/warnings"},
            "approaches": {"type": "array", "items": {"type": "object",
              "required": ["approach", "optima", "found", "notes"], "additionalProperties": false,
              "properties": {
                "approach": {"enum": \(words(FrontierApproach.allCases.map(\.rawValue)))},
                "n": {"type": "integer", "minimum": 0},
                "a": {"$ref": "#/$defs/estimate"}, "b": {"$ref": "#/$defs/estimate"},
                "optima": {"type": "array", "items": {"type": "object",
                  "required": ["budget", "N", "D"], "additionalProperties": false,
                  "description": "At the budgets that were asked for.", "properties": {
                    "budget": {"type": "number", "minimum": 0, "description": "FLOP."},
                    "N": {"$ref": "#/$defs/estimate"}, "D": {"$ref": "#/$defs/estimate"},
                    "y": {"$ref": "#/$defs/estimate"}}}},
                "found": {"type": "array", "items": {"type": "object",
                  "required": ["budget", "N", "D", "y"], "additionalProperties": false,
                  "description": "What the law goes through.", "properties": {
                    "budget": {"type": "number"}, "N": {"type": "number"},
                    "D": {"type": "number"}, "y": {"type": "number"}}}},
                "notes": {"type": "array", "items": {"type": "string"}},
                "refused": {"$ref": "#/$defs/refused"}}}}
          }
        }
    """

  /// Best settings against scale.
  static let optimum = """
        "optimum": {
          "description": "setting* = 10^log10k · scale^exponent, quanta optimum.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "form", "y", "n", "leftOut", "resamples", "seed",
            "laws", "scales", "warnings"],
          "properties": {
            "kind": {"const": "optimum"},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "form": {"const": "minimum-over"}, "y": {"type": "string"},
            "n": {"type": "integer", "minimum": 0, "description": "Rows that took part."},
            "leftOut": {"type": "integer", "minimum": 0, "description": "Rows without a value."},
            "resamples": {"$ref": "#/$defs/resamples"}, "seed": {"$ref": "#/$defs/seed"},
            "laws": {"type": "array", "items": {"type": "object",
              "required": ["setting", "exponents", "log10k", "best"],
              "additionalProperties": false, "properties": {
                "setting": {"type": "string"}, "exponents": {"$ref": "#/$defs/estimates"},
                "log10k": {"$ref": "#/$defs/estimate"},
                "best": {"type": "array", "items": {"type": "object", "required": ["at", "best"],
                  "additionalProperties": false, "properties": {
                    "at": {"$ref": "#/$defs/numbers"},
                    "best": {"$ref": "#/$defs/estimate"}}}}}}},
            "scales": {"type": "array", "items": {"type": "object", "required": ["at", "n"],
              "additionalProperties": false, "properties": {
                "at": {"$ref": "#/$defs/numbers"}, "n": {"type": "integer", "minimum": 1},
                "best": {"$ref": "#/$defs/numbers"}, "minimum": {"type": "number"},
                "curvature": {"$ref": "#/$defs/matrix",
                  "description": "Of y in log10 settings."},
                "leftOut": {"type": "string", "description": "Why it has no minimum."}}}},
            "warnings": {"$ref": "#/$defs/warnings"}
          }
        },
        "refusedStudy": {
          "description": "Rows that carry no law.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "form", "y", "refused"],
          "properties": {
            "kind": {"enum": ["optimum", "downstream"]},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "form": {"type": "string"}, "y": {"type": "string"},
            "refused": {"$ref": "#/$defs/refused"}
          }
        }
    """

  /// Accuracy in two steps.
  static let downstream = """
        "downstream": {
          "description": "Size to loss, loss to accuracy, quanta downstream.",
          "type": "object", "additionalProperties": false,
          "required": ["kind", "version", "source", "n", "leftOut", "clusters", "resamples", "seed",
            "form", "loss", "accuracy", "rmsAccuracy", "heldOut", "predictions"],
          "properties": {
            "kind": {"const": "downstream"},
            "version": {"$ref": "#/$defs/version"},
            "source": {"$ref": "#/$defs/source"},
            "n": {"type": "integer", "minimum": 0, "description": "Rows that were fitted."},
            "leftOut": {"type": "integer", "minimum": 0, "description": "Rows without a value."},
            "clusters": {"type": "integer", "minimum": 0, "description": "Places."},
            "resamples": {"$ref": "#/$defs/resamples"}, "seed": {"$ref": "#/$defs/seed"},
            "form": {"enum": \(forms)},
            "loss": {"$ref": "#/$defs/estimates", "description": "The first step's parameters."},
            "accuracy": {"$ref": "#/$defs/estimates", "description": "The second step's."},
            "rmsAccuracy": {"type": "number", "minimum": 0,
              "description": "Root mean square of the second step's residuals."},
            "heldOut": {"type": "array", "items": {"$ref": "#/$defs/twoStepPrediction"}},
            "predictions": {"type": "array", "items": {"$ref": "#/$defs/twoStepPrediction"}}
          }
        },
        "twoStepPrediction": {
          "type": "object", "required": ["at", "decadesOutside", "loss", "accuracy"],
          "additionalProperties": false,
          "properties": {
            "at": {"$ref": "#/$defs/numbers"}, "decadesOutside": {"$ref": "#/$defs/numbers"},
            "loss": {"$ref": "#/$defs/twoStepNumber"},
            "accuracy": {"$ref": "#/$defs/twoStepNumber"},
            "measured": {"$ref": "#/$defs/numbers"},
            "error": {"type": "number", "description": "Predicted less measured accuracy."},
            "isHeld": {"type": "boolean",
              "description": "The interval of a new run holds the measured accuracy."}
          }
        },
        "twoStepNumber": {
          "type": "object", "required": ["value", "ci95", "run95"], "additionalProperties": false,
          "properties": {
            "value": {"type": "number"}, "ci95": {"$ref": "#/$defs/interval"},
            "run95": {"$ref": "#/$defs/interval", "description": "Of a new run."}
          }
        }
    """
}
