public import Kernels

/// What every hidden unit does for the mean loss of groups of samples, seen in two ways, which should
/// agree where gradients tell what a network uses (the check of arXiv:2505.15811).
public struct UnitEffects: Sendable {
  /// For each group every unit, layer after layer: how far the group's mean loss changes when the
  /// unit's activation is 0, nats.
  public let removals: [[Double]]
  /// For each group every unit's |mean of activation × gradient|, nats.
  public let attributions: [[Double]]
  /// Every group's mean loss, nats.
  public let losses: [Double]

  /// Looks at samples, `samples × inputs`, of groups below `count`, each of which has some.
  public init(
    _ network: Perceptron, _ inputs: Matrix, labels: [Int], groups: [Int], count: Int, crew: Crew
  ) {
    precondition(groups.count == inputs.rows, "every sample has a group")
    let pass = network.pass(inputs, crew: crew)
    let base = pass.losses(labels)
    let gradients = pass.gradients(of: .loss(labels), crew: crew)
    var sizes = [Double](repeating: 0, count: count)
    for group in groups { sizes[group] += 1 }
    func means(_ value: (_ sample: Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: count)
      for (sample, group) in groups.enumerated() { sums[group] += value(sample) }
      return zip(sums, sizes).map { $0 / $1 }
    }
    var units: [(removals: [Double], attributions: [Double])] = []
    for layer in network.weights.indices.dropFirst() {
      let seen = pass.inputs[layer]
      let slopes = crew.product(gradients.layers[layer].errors, network.weights[layer])
      let rest = Perceptron(
        weights: Array(network.weights[layer...]), activation: network.activation)
      let active = Matrix(rows: seen.rows, columns: seen.columns - 1)
      for row in 0..<active.rows {
        for unit in 0..<active.columns { active[row, unit] = seen[row, unit] }
      }
      for unit in 0..<active.columns {
        for row in 0..<active.rows { active[row, unit] = 0 }
        let losses = rest.pass(active, crew: crew).losses(labels)
        for row in 0..<active.rows { active[row, unit] = seen[row, unit] }
        units.append(
          (
            means { losses[$0] - base[$0] }.map(abs),
            means { Double(seen[$0, unit]) * Double(slopes[$0, unit]) }.map(abs)
          ))
      }
    }
    let found = units
    removals = (0..<count).map { group in found.map { $0.removals[group] } }
    attributions = (0..<count).map { group in found.map { $0.attributions[group] } }
    losses = means { base[$0] }
  }
}
