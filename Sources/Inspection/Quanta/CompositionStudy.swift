package import Discovery
import Kernels
import Workloads

/// What a network uses for samples of several control bits: whether their gradients are made up of those
/// of samples of a single one. Which samples are of which control bit is known here, so that nothing
/// depends on how well quanta are found.
package struct CompositionStudy {
  /// Samples of a single control bit that the network predicts well, and the control bits that they have.
  package let trusted: Int
  package let known: Int
  /// Held-out samples of one control bit and of several; nil without any.
  package let atoms: Uses?
  package let composites: Uses?
  /// Nil where no composite is learned.
  package let units: Units?

  /// How well control bits are told by the centroids that make up the gradients.
  package struct Uses: Encodable, Hashable, Sendable {
    package let samples: Int
    /// Which share of the control bits found is on, and which share of those that are on is found.
    package let precision: Double
    package let recall: Double
    /// The share of samples whose control bits are all found and no others.
    package let exact: Double
    /// The precision of control bits drawn at random.
    package let chance: Double
    /// How often a control bit that is on has a larger score than one that is off; nil where all are on.
    package let area: Double?
    /// Which share of the gradient its parts leave, on average.
    package let residual: Double
  }

  /// What hidden units do for the loss of codes that are learned: rank correlations over units.
  package struct Units: Encodable, Hashable, Sendable {
    /// |Change of loss| when a unit is removed, with |mean of activation × gradient|: the mean over codes
    /// of one control bit and of several.
    package let checkOfAtoms: Double?
    package let checkOfComposites: Double?
    /// |Change of loss| of a composite with that of the atoms that it has, and with that of others.
    package let own: Double?
    package let others: Double?
  }

  /// Looks at a network; nil where none of its subtasks has several control bits, or it predicts fewer
  /// than two samples of a single one well.
  package init?(
    _ network: ParityNetwork, _ settings: QuantaSettings, _ attribution: AttributionSettings,
    leastPart: Double, count: Int, controls: Bool, crew: Crew
  ) {
    guard network.study.codes.contains(where: { $0.count > 1 }),
      let reference = TrustedSamples(
        network, settings, controls: controls, onlyAtoms: true, crew: crew)
    else { return nil }
    trusted = reference.samples.labels.count
    known = reference.subtasks.count
    let held = network.predicted(
      count, below: settings.loss, from: AttributionStudy.firstHeldOut, crew: crew
    ).samples
    let found = reference.quanta.attribute(
      reference.look(held).gradients, settings: attribution)
    func uses(_ isAsked: ([Int]) -> Bool) -> Uses? {
      let rows = held.tasks.indices.filter { isAsked(held.tasks[$0]) }
      return Uses(
        rows.map { (held.tasks[$0], found[$0]) }, of: reference.subtasks.map(\.tasks),
        controls: network.study.controls, leastPart: leastPart)
    }
    atoms = uses { $0.count == 1 }
    composites = uses { $0.count > 1 }
    units = Units(network, crew: crew)
  }
}

extension CompositionStudy.Uses {
  init?(
    _ samples: [(truth: [Int], found: Attribution)], of quanta: [[Int]], controls: Range<Int>,
    leastPart: Double
  ) {
    guard !samples.isEmpty else { return nil }
    var (on, hits, all, exact, residual) = (0, 0, 0, 0, 0.0)
    var areas: [Double] = []
    for (truth, found) in samples {
      let used = found.used(leastPart).flatMap { quanta[$0.cluster] }
      let (own, told) = (Set(truth), Set(used))
      on += own.count
      all += told.count
      hits += own.intersection(told).count
      exact += own == told ? 1 : 0
      residual += found.residual
      var scores = [Double](repeating: 0, count: controls.count)
      for score in found.scores {
        for control in quanta[score.cluster] {
          scores[control] = max(scores[control], score.weight)
        }
      }
      let area = DetectionCurve.area(
        normal: controls.filter { !own.contains($0) }.map { scores[$0] },
        anomalous: truth.map { scores[$0] })
      if let area { areas.append(area) }
    }
    let count = Double(samples.count)
    self.samples = samples.count
    precision = all > 0 ? Double(hits) / Double(all) : 0
    recall = Double(hits) / Double(on)
    self.exact = Double(exact) / count
    chance = Double(on) / count / Double(controls.count)
    area = areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
    self.residual = residual / count
  }
}

extension CompositionStudy.Units {
  /// Fresh samples a code.
  private static let samples = 128

  init?(_ network: ParityNetwork, crew: Crew) {
    let codes = network.study.codes
    let fresh = network.study.samples(
      .even, count: Self.samples * codes.count, from: AttributionStudy.firstHeldOut)
    // A code of which chance draws no sample has none to compare.
    let drawn = codes.filter { fresh.tasks.contains($0) }
    let places = Dictionary(
      uniqueKeysWithValues: drawn.enumerated().map { ($0.element, $0.offset) })
    let effects = UnitEffects(
      network.network, fresh.inputs, labels: fresh.labels,
      groups: fresh.tasks.map { places[$0] ?? 0 }, count: drawn.count, crew: crew)
    let learned = drawn.indices.filter { effects.losses[$0] < AnomalyStudy.unlearned }
    let composites = learned.filter { drawn[$0].count > 1 }
    let atoms = learned.filter { drawn[$0].count == 1 }
    guard !composites.isEmpty else { return nil }
    func mean(_ values: [Double?]) -> Double? {
      let known = values.compactMap(\.self)
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    func check(_ groups: [Int]) -> Double? {
      mean(
        groups.map { RankCorrelation.of(effects.removals[$0], effects.attributions[$0]) })
    }
    func kin(_ isOwn: Bool) -> Double? {
      mean(
        composites.flatMap { composite in
          atoms.filter { drawn[composite].contains(drawn[$0][0]) == isOwn }.map {
            RankCorrelation.of(effects.removals[composite], effects.removals[$0])
          }
        })
    }
    checkOfAtoms = check(atoms)
    checkOfComposites = check(composites)
    own = kin(true)
    others = kin(false)
  }
}
