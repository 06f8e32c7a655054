/// A form bound to the scale of its data: ln f and its exact first and second derivatives, and how
/// the working variables θ translate into the parameters that people read.
struct CurveModel {
  /// The form's arithmetic.
  let curve: Curve
  /// The parameters in order, θ_j belonging to coordinate j.
  let coordinates: [Coordinate]
  /// Bounds on θ.
  let lower: Vector
  let upper: Vector
  /// The parameters that are fitted; the others are held.
  let free: Mask

  var parameterCount: Int { coordinates.count }

  /// ln f, its gradient and its lower-triangle Hessian with respect to θ for one block of points.
  @inline(__always)
  func evaluate(
    _ sample: Sample, _ block: Int, _ theta: Vector, into jet: inout BlockJet
  ) {
    switch curve {
    case .powers(let sum): sum.evaluate(sample, block, theta, into: &jet)
    case .shifted(let curve): curve.evaluate(sample, block, theta, into: &jet)
    case .broken(let curve): curve.evaluate(sample, block, theta, into: &jet)
    case .jets(let form): form.evaluate(sample, block, theta, into: &jet)
    }
  }

  /// What a form computes with.
  enum Curve {
    /// A floor and one or two power laws, differentiated by hand.
    case powers(PowerSum)
    /// A shifted power law, differentiated by hand.
    case shifted(ShiftedCurve)
    /// A power law with breaks, differentiated by hand.
    case broken(BrokenCurve)
    /// Any formula, differentiated by ``Jet``.
    case jets(JetCurve)
  }

  /// A parameter as a linear function of θ: value = offset + row·θ, or its exponential.
  struct Coordinate {
    let parameter: FormParameter
    let offset: Double
    let row: [(index: Int, factor: Double)]

    /// The value on the scale on which it is linear in θ.
    func linear(_ theta: Vector) -> Double {
      row.reduce(offset) { $0 + $1.factor * theta[$1.index] }
    }

    /// The parameter's value.
    func value(_ theta: Vector) -> Double { parameter.value(linear: linear(theta)) }
  }

  /// The parameters' values.
  func values(_ theta: Vector) -> [Double] { coordinates.map { $0.value(theta) } }

  /// θ of the parameters' values, which must be finite on the scales that are linear in θ.
  func theta(_ values: [Double]) -> Vector {
    var theta = Vector()
    // Those that are one variable first: the others contain them.
    for own in [true, false] {
      for (coordinate, value) in zip(coordinates, values) where (coordinate.row.count == 1) == own {
        var rest = coordinate.parameter.linear(value) - coordinate.offset
        for entry in coordinate.row.dropFirst() { rest -= entry.factor * theta[entry.index] }
        theta[coordinate.row[0].index] = rest / coordinate.row[0].factor
      }
    }
    return theta
  }
}
