/// Something that every result of a workload holds: a number, or a curve over steps.
public struct MetricSpec: Sendable, Hashable {
  /// The shapes a metric may have.
  public enum Kind: String, Sendable, Hashable {
    /// One number.
    case scalar
    /// Numbers at increasing steps.
    case curve
  }

  /// The name, such as `loss.final`.
  public let name: String
  /// Its shape.
  public let kind: Kind
  /// One sentence for help, with the unit.
  public let summary: String
  /// The title of an axis over it, without the unit; nil where the name will do.
  public let title: String?
  /// Its unit, such as `bits`; nil for none.
  public let unit: String?
  /// What it is to figures; nil where that does not matter.
  public let role: MetricRole?

  private init(
    _ name: String, _ kind: Kind, _ summary: String, _ title: String?, _ unit: String?,
    _ role: MetricRole?
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.title = title
    self.unit = unit
    self.role = role
  }

  /// A number of the result.
  public static func scalar(
    _ name: String, _ summary: String, title: String? = nil, unit: String? = nil,
    role: MetricRole? = nil
  ) -> MetricSpec {
    MetricSpec(name, .scalar, summary, title, unit, role)
  }

  /// A curve of the result.
  public static func curve(
    _ name: String, _ summary: String, title: String? = nil, unit: String? = nil,
    role: MetricRole? = nil
  ) -> MetricSpec {
    MetricSpec(name, .curve, summary, title, unit, role)
  }
}

/// What a metric is to figures: a curve over the whole training, a scalar at its end.
public enum MetricRole: Sendable, Hashable {
  /// The samples that it is of.
  public enum Samples: Sendable, Hashable {
    case train
    case test
  }

  /// The mean loss.
  case loss(Samples)
  /// The fraction of samples that are right.
  case accuracy(Samples)
  /// The least loss and the largest accuracy of a run; `stands` where these, not the last ones, stand
  /// for it, as in the published landscapes of an experiment.
  case leastLoss(Samples, stands: Bool)
  case largestAccuracy(Samples, stands: Bool)
  /// A curve with the loss of every part of the task in a row, the most frequent first.
  case partLosses
  /// The step at which something reached its threshold.
  case milestone(MilestoneSpec)
}

/// How a workload records the step at which a metric reached its threshold.
public struct MilestoneSpec: Sendable, Hashable {
  /// A word for it, such as `train`.
  public let name: String
  /// What reaches it, such as `training accuracy`.
  public let title: String
  /// The accuracy of these samples is what reaches it; nil for anything else.
  public let samples: MetricRole.Samples?
  /// The curve that reaches it; nil where there is none.
  public let curve: String?

  /// Creates a specification.
  public init(name: String, title: String, samples: MetricRole.Samples?, curve: String?) {
    self.name = name
    self.title = title
    self.samples = samples
    self.curve = curve
  }

  /// The scalar that holds the step, a lower bound where it was not reached.
  public var steps: String { "steps.\(name)" }
  /// The scalar that is 1 where it was reached.
  public var reached: String { "\(steps).reached" }
  /// The parameter that sets the threshold.
  public var threshold: String { "\(name)Threshold" }
}

extension WorkloadSignature {
  /// The unit of its losses, such as `bits`; nil for squared errors.
  public var lossUnit: String? {
    metrics.first { $0.kind == .scalar && $0.role == .loss(.test) }?.unit
  }

  /// The metric of a shape that has a role; nil where none has.
  public func metric(_ kind: MetricSpec.Kind, _ role: MetricRole) -> String? {
    metrics.first { $0.kind == kind && $0.role == role }?.name
  }

  /// The recorded steps to thresholds.
  public var milestones: [MilestoneSpec] {
    metrics.compactMap { metric in
      if case .milestone(let milestone)? = metric.role { milestone } else { nil }
    }
  }
}
