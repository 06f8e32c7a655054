import SweepModel

extension CurveFamily {
  /// Runs over the steps that all of them have; of every curve the first column.
  ///
  /// - Parameters:
  ///   - name: The name in the legend.
  ///   - curves: One for each run; not empty.
  ///   - training: What the same runs have on their training samples, at the same steps; or none.
  init(name: String, curves: [Curve], training: [Curve] = []) {
    var common = Set(curves[0].steps)
    for curve in curves.dropFirst() { common.formIntersection(curve.steps) }
    func values(_ curve: Curve) -> [Double] {
      curve.steps.indices.filter { common.contains(curve.steps[$0]) }
        .map { Double(curve.values[$0 * curve.columns]) }
    }
    self.init(
      name: name, x: curves[0].steps.filter { common.contains($0) }.map { Double($0) },
      runs: curves.map(values), training: training.map(values))
  }
}
