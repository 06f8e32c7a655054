import Fitting

extension FitSchema {
  /// A line of the JSON lines of many groups.
  static let row = """
        "row": {
          "description": "A group's fit in short, a line of fit --by … --output FILE.jsonl.",
          "type": "object", "additionalProperties": false,
          "required": ["by", "n", "leftOut", "warnings"],
          "properties": {
            "by": {"$ref": "#/$defs/texts"},
            "n": {"type": "integer", "minimum": 0, "description": "Points that were fitted."},
            "objective": {"type": ["number", "null"], "description": "Its value at the minimum."},
            "clusters": {"type": "integer", "minimum": 0},
            "converged": {"type": "boolean"},
            "parameters": {"type": "object", "additionalProperties": {"type": "object",
              "required": ["value", "identified", "se", "ci95"], "additionalProperties": false,
              "properties": {
                "value": {"type": ["number", "null"]}, "identified": {"type": "boolean"},
                "se": {"type": ["number", "null"]},
                "ci95": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/interval"}]}}}},
            "leftOut": {"type": "integer", "minimum": 0, "description": "How many points."},
            "warnings": {"type": "array", "items": {
              "enum": \(words(FitWarning.Code.allCases.map(\.rawValue)))}},
            "refused": {"type": "string", "description": "Why there is no fit."}
          }
        }
    """

  /// A number with its error and interval.
  static let estimate = """
        "estimate": {
          "type": "object", "required": ["identified", "held"], "additionalProperties": false,
          "properties": {
            "value": {"type": "number"},
            "identified": {"type": "boolean", "description":
              "False: the value is one of many that fit equally well, and ci95 all that the data allow."},
            "held": {"type": "boolean", "description": "Held at its value instead of fitted."},
            "se": {"type": "number", "minimum": 0, "description": "Standard error, in the value's unit."},
            "ci95": {"$ref": "#/$defs/interval"},
            "profile95": {"$ref": "#/$defs/interval"},
            "monteCarloError": {"$ref": "#/$defs/range", "description":
              "How much the ends of ci95 vary with the bootstrap's seed."}
          }
        },
        "estimates": {"type": "object", "additionalProperties": {"$ref": "#/$defs/estimate"}},
        "interval": {
          "type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "null"]},
          "description": "The ends of a 95 % interval; null where there is none, first −∞, second ∞."
        },
        "range": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
        "matrix": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}
    """

  /// What several documents have.
  static let parts = """
        "version": {"type": "string", "description": "Of quanta."},
        "source": {"type": "string", "description": "The file, or the sweep's name."},
        "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$",
          "description": "SHA-256 of the points; `quanta fit --help` says of which bytes."},
        "refused": {"type": "string",
          "description": "Why there is no answer and what to do; absent where there is one."},
        "texts": {"type": "object", "additionalProperties": {"type": "string"},
          "description": "The group's values of the --by columns."},
        "numbers": {"type": "object", "additionalProperties": {"type": "number"}},
        "seed": {"type": "integer", "minimum": 0, "description": "Of the resampling."},
        "resamples": {"type": "integer", "minimum": 0},
        "warnings": {"type": "array", "items": {"type": "object", "required": ["code", "message"],
          "additionalProperties": false, "properties": {
            "code": {"enum": \(words(FitWarning.Code.allCases.map(\.rawValue)))},
            "message": {"type": "string"}}}},
        "leftOut": {"type": "array", "items": {"type": "object", "required": ["reason", "count"],
          "additionalProperties": false, "properties": {
            "reason": {"type": "string"}, "count": {"type": "integer", "minimum": 1}}}},
        "objective": {"type": "object", "required": ["name"], "additionalProperties": false,
          "properties": {
            "name": {"enum": \(words(["ls", "log-ls", "huber", "lad"]))},
            "delta": {"type": "number", "minimum": 0, "description": "Huber's threshold on ln y."},
            "value": {"type": "number", "description": "At the minimum, summed over points."}}},
        "filters": {"type": "object", "required": ["rules", "clusters"],
          "additionalProperties": false, "properties": {
            "rules": {"type": "array", "items": {"type": "object", "required": ["rule", "leftOut"],
              "additionalProperties": false, "properties": {
                "rule": {"type": "string"}, "leftOut": {"type": "integer", "minimum": 0}}}},
            "clusters": {"type": "string"}, "strata": {"type": "string"},
            "weights": {"type": "string", "description": "How weights come of the column that was named."}}},
        "intervals": {"type": "object", "required": ["method", "expansion"],
          "additionalProperties": false, "properties": {
            "method": {"type": "string"},
            "reason": {"enum": \(words(IntervalMethod.Reason.allCases.map(\.rawValue))),
              "description": "Why resampling does not do."},
            "resamples": {"$ref": "#/$defs/resamples"}, "seed": {"$ref": "#/$defs/seed"},
            "expansion": {"type": "number", "minimum": 0,
              "description": "What a bootstrap's percentiles are multiplied by."}}}
    """

  /// The completeness of a sweep's grid.
  static let grid = """
        "grid": {
          "type": "object", "required": ["complete", "expected", "missing"],
          "additionalProperties": false,
          "properties": {
            "complete": {"type": "boolean"},
            "expected": {"type": "integer", "minimum": 0, "description": "Jobs of the fit's grid."},
            "missing": {"type": "array", "items": {"type": "object",
              "required": ["index", "job", "point", "reason"], "additionalProperties": false,
              "properties": {
                "index": {"type": "integer", "minimum": 0}, "job": {"type": "string"},
                "point": {"type": "string"}, "reason": {"type": "string"},
                "lastStep": {"type": "integer", "minimum": 0},
                "lastValue": {"type": "number", "description": "The loss there, an upper bound."}}}}
          }
        }
    """

  /// Criteria, held-out error and cut-offs.
  static let selection = """
        "selection": {
          "type": "object", "required": ["cutoffs"], "additionalProperties": false,
          "properties": {
            "aicc": {"type": "number"}, "bic": {"type": "number"},
            "heldOut": {"type": "object", "required": ["from", "count", "rmsLogError"],
              "additionalProperties": false, "properties": {
                "from": {"type": "number", "description": "The least x that is predicted."},
                "count": {"type": "integer", "minimum": 1},
                "rmsLogError": {"type": "number", "minimum": 0,
                  "description": "Root mean square of ln y − ln prediction."}}},
            "cutoffs": {"type": "array", "items": {"type": "object",
              "required": ["xRange", "n", "exponents"], "additionalProperties": false,
              "properties": {"xRange": {"$ref": "#/$defs/range"},
                "n": {"type": "integer", "minimum": 0},
                "exponents": {"$ref": "#/$defs/estimates"}}}}
          }
        }
    """

  /// Forms side by side.
  static let comparison = """
        "comparison": {
          "description": "All forms of as many inputs, lowest AICc first; with --compare.",
          "type": "object", "required": ["rows", "leftOut", "rollOuts"],
          "additionalProperties": false,
          "properties": {
            "rows": {"type": "array", "items": {"type": "object",
              "required": ["form", "fitted", "parameters"], "additionalProperties": false,
              "properties": {
                "form": {"enum": \(forms)}, "fitted": {"type": "boolean"},
                "aicc": {"type": "number"},
                "difference": {"type": "number", "minimum": 0,
                  "description": "AICc above the lowest."},
                "heldOut": {"type": "number", "minimum": 0, "description":
                  "Root mean square of ln y − ln prediction over scales that were held out."},
                "objection": {"enum": \(words(FormComparison.Objection.allCases.map(\.rawValue)))},
                "parameters": {"$ref": "#/$defs/estimates"}}}},
            "leftOut": {"type": "array", "items": {"type": "object", "required": ["form", "reason"],
              "additionalProperties": false, "properties": {
                "form": {"enum": \(forms)}, "reason": {"type": "string"}}}},
            "advised": {"enum": \(forms)},
            "rollOuts": {"type": "array", "items": {"type": "number"},
              "description": "The x from which on points were held out."}
          }
        }
    """
}
