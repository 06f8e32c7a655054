import Kernels
import Training

/// Standard normal inputs with what the teacher says of them.
struct TeacherSet {
  /// The inputs, in a pass that every step and evaluation reuses.
  let pass: DensePass
  /// The teacher's outputs, `outputs × samples`.
  let targets: Matrix

  /// Draws `samples` inputs and asks the teacher.
  init(
    _ teacher: DenseNetwork, samples: Int, stream: RandomStream, trains: Bool, team: ThreadTeam
  ) {
    pass = DensePass(shape: teacher.shape, samples: samples, trains: trains)
    for row in 0..<teacher.shape.inputs {
      for sample in 0..<samples {
        let number = stream.normal(index: UInt64(sample), block: UInt32(row))
        pass.inputs[row, sample] = Float(number)
      }
    }
    teacher.forward(pass, team: team)
    targets = Matrix(rows: teacher.shape.outputs, columns: samples)
    for row in 0..<targets.rows {
      for sample in 0..<samples { targets[row, sample] = pass.outputs[row, sample] }
    }
  }

  /// The mean loss, and the fraction of samples whose mean squared error is below a tolerance.
  func evaluate(
    _ network: DenseNetwork, tolerance: Float, team: ThreadTeam
  ) -> (loss: Double, accuracy: Double) {
    network.forward(pass, team: team)
    let outputs = pass.outputs
    var hits = 0
    for sample in 0..<outputs.columns {
      var square: Float = 0
      for row in 0..<outputs.rows {
        let difference = outputs[row, sample] - targets[row, sample]
        square += difference * difference
      }
      if square / Float(outputs.rows) < tolerance { hits += 1 }
    }
    let loss = DenseLoss(outputs: outputs, gradients: nil, count: outputs.columns)
    return (loss.meanSquare(targets: targets), Double(hits) / Double(outputs.columns))
  }
}
