import Kernels
import Testing

@testable import Discovery

@Suite struct GradientTests {
  private let crew = Crew(threads: 2)

  private func network(_ activation: Activation) -> Perceptron {
    Perceptron(
      weights: [noise(6, 5, seed: 11), noise(5, 7, seed: 12), noise(3, 6, seed: 13)],
      activation: activation)
  }

  /// Cross-entropy in double precision.
  private func loss(_ network: [[[Double]]], _ x: [Double], _ label: Int) -> Double {
    var values = x
    for (index, weights) in network.enumerated() {
      let seen = values + [1]
      values = weights.map { inner($0, seen) }
      if index + 1 < network.count { values = values.map { tanhValue($0) } }
    }
    let sum = values.reduce(0) { $0 + Elementary.exponential($1 - values[label]) }
    return Elementary.logarithm(sum)
  }

  private func tanhValue(_ z: Double) -> Double {
    let e = Elementary.exponential(2 * z)
    return (e - 1) / (e + 1)
  }

  @Test func gradients_areTheSlopesOfTheLoss() {
    let network = network(.tanh)
    let inputs = noise(3, 4, seed: 5)
    let labels = [2, 0, 1]
    let pass = network.pass(inputs, crew: crew)
    let found = dense(pass.gradients(of: .loss(labels), crew: crew))
    let weights = network.weights.map { matrix in
      (0..<matrix.rows).map { row in (0..<matrix.columns).map { Double(matrix[row, $0]) } }
    }
    for sample in 0..<3 {
      let x = (0..<4).map { Double(inputs[sample, $0]) }
      #expect(abs(loss(weights, x, labels[sample]) - pass.losses(labels)[sample]) < 1e-5)
      var place = 0
      for layer in weights.indices {
        for row in weights[layer].indices {
          for column in weights[layer][row].indices {
            var (up, down) = (weights, weights)
            up[layer][row][column] += 1e-4
            down[layer][row][column] -= 1e-4
            let slope =
              (loss(up, x, labels[sample]) - loss(down, x, labels[sample])) / 2e-4
            #expect(abs(slope - found[sample][place]) < 2e-5)
            place += 1
          }
        }
      }
    }
  }

  @Test func directions_ofTinyLosses_areExact() {
    let weights = Matrix(rows: 3, columns: 2)
    for (row, value) in [300, 0, -1].enumerated() { weights[row, 1] = Float(value) }
    let pass = Perceptron(weights: [weights], activation: .relu)
      .pass(noise(1, 1), crew: crew)
    let errors = pass.gradients(of: .direction([0]), crew: crew).layers[0].errors
    let second = 1 / (1 + Elementary.exponential(-1))
    #expect(errors[0, 0] == -1)
    #expect(abs(Double(errors[0, 1]) - second) < 1e-6)
    #expect(abs(Double(errors[0, 2]) - (1 - second)) < 1e-6)
    #expect(pass.losses([0])[0] > 0 && pass.losses([0])[0] < 1e-120)
  }

  @Test func margins_flipWithLabels() {
    let network = Perceptron(
      weights: [noise(6, 5, seed: 1), noise(2, 7, seed: 2)], activation: .relu)
    let pass = network.pass(noise(4, 4), crew: crew)
    let margin = dense(pass.gradients(of: .margin, crew: crew).normalised())
    let loss = dense(pass.gradients(of: .direction([0, 1, 0, 1]), crew: crew).normalised())
    for sample in 0..<4 {
      #expect(abs(inner(margin[sample], loss[sample]) - (sample % 2 == 0 ? 1 : -1)) < 1e-5)
    }
  }

  @Test(arguments: GradientMeasure.allCases)
  func likenesses_areThoseOfDenseGradients(_ measure: GradientMeasure) {
    let gradients = noiseGradients(300)
    let matrix = GramMatrix.of(gradients, measure: measure, crew: crew)
    var vectors = dense(gradients)
    if measure == .absoluteGradient { vectors = vectors.map { $0.map { abs($0) } } }
    let norms = vectors.map { inner($0, $0).squareRoot() }
    for (a, b) in [(0, 1), (3, 299), (257, 12), (298, 260), (7, 7)] {
      let c = min(1, inner(vectors[a], vectors[b]) / norms[a] / norms[b])
      let expected =
        switch measure {
        case .cosine, .absoluteGradient: c
        case .absolute: abs(c)
        case .squared: c * c
        case .angular: a == b ? 1 : 0.5 + ArcSine.of(c) / Double.pi
        }
      #expect(abs(Double(matrix[a, b]) - expected) < (a == b ? 1e-3 : 2e-6))
      #expect(matrix[a, b].bitPattern == matrix[b, a].bitPattern)
    }
    let part = GramMatrix.between(
      gradients.selecting([3, 12]), gradients, measure: measure, crew: crew)
    #expect(part[0, 299].bitPattern == matrix[3, 299].bitPattern)
  }

  @Test func arcSine_invertsTheSine() {
    for turn in stride(from: -0.25, through: 0.25, by: 0.01) {
      let sine = Elementary.cosine(turns: turn - 0.25)
      #expect(abs(ArcSine.of(sine) - 2 * Double.pi * turn) < 3e-8)
    }
  }

  @Test func everything_isTheSameBitsForAnyNumberOfThreads() {
    let gradients = noiseGradients(600)
    let lessons = noiseGradients(1300, seed: 9)
    let found = [1, 2, 3].map { threads in
      let crew = Crew(threads: threads)
      let white = Whitening(lessons, crew: crew).apply(gradients, crew: crew)
      return bits(GramMatrix.of(white, measure: .absolute, crew: crew))
    }
    #expect(found[0] == found[1] && found[0] == found[2])
    let portable = Crew(threads: 2, kernels: .portable)
    let white = Whitening(lessons, crew: portable).apply(gradients, crew: portable)
    #expect(found[0] == bits(GramMatrix.of(white, measure: .absolute, crew: portable)))
  }

  @Test func inputsLeftOut_areInNoGradient() {
    let gradients = noiseGradients(5)
    let rest = gradients.leavingOut(inputs: 2..<6)
    #expect(rest.layers[0].inputs.columns == 17)
    #expect(rest.layers[0].inputs[3, 2] == gradients.layers[0].inputs[3, 6])
    #expect(rest.layers[1].inputs.columns == 18)
  }

  @Test func whitening_hasTheInnerProductsOfTheInverseRoot() {
    let lessons = noiseGradients(700, seed: 4)
    let gradients = noiseGradients(6)
    let white = Whitening(lessons, damping: 0.01, crew: crew).apply(gradients, crew: crew)
    let layer = lessons.layers[0].inputs
    let size = layer.columns
    var moment = [Double](repeating: 0, count: size * size)
    for row in 0..<700 {
      for a in 0..<size {
        for b in 0..<size {
          moment[a * size + b] += Double(layer[row, a]) * Double(layer[row, b]) / 700
        }
      }
    }
    let trace = (0..<size).reduce(0) { $0 + moment[$1 * (size + 1)] }
    for place in 0..<size { moment[place * (size + 1)] += 0.01 * trace / Double(size) }
    let system = Eigensystem(moment, size: size)
    func product(_ a: Int, _ b: Int) -> Double {
      (0..<size).reduce(0) { sum, index in
        let vector = Array(system.vectors[index * size..<(index + 1) * size])
        let x = (0..<size).map { Double(gradients.layers[0].inputs[a, $0]) }
        let y = (0..<size).map { Double(gradients.layers[0].inputs[b, $0]) }
        return sum + inner(vector, x) * inner(vector, y) / system.values[index]
      }
    }
    for (a, b) in [(0, 0), (1, 4), (5, 2)] {
      let own = (0..<size).reduce(0) {
        $0 + Double(white.layers[0].inputs[a, $1]) * Double(white.layers[0].inputs[b, $1])
      }
      #expect(abs(own - product(a, b)) < 1e-4 * (1 + abs(own)))
    }
  }
}
