import Foundation
import Kernels
import Testing

@testable import Training

@Suite struct CausalAttentionTests {
  /// Gradients of the four factors and the inputs, then the outputs.
  private func found(_ fixture: AttentionFixture) -> [(name: String, numbers: [Float])] {
    let factors = CausalAttention.Factor.allCases.map {
      ("\($0)", AttentionFixture.numbers(fixture.attention.gradients($0)))
    }
    return factors + [
      ("inputs", AttentionFixture.numbers(fixture.pass.inputGradients)),
      ("outputs", AttentionFixture.numbers(fixture.pass.outputs)),
    ]
  }

  @Test func passes_besidePyTorch_agree() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/attention.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let fixture = AttentionFixture(.best)
    fixture.passes()
    let found = found(fixture)
    #expect(lines.count == found.count)
    for (line, (name, numbers)) in zip(lines, found) {
      let words = line.split(separator: " ")
      #expect(words[0] == name)
      let expected = try words.dropFirst().map { try #require(Double($0)) }
      let places = stride(from: 0, to: numbers.count, by: 7)
      for (place, number) in zip(places, expected) {
        // PyTorch ran in double precision; numbers are sums of some 19 products of up to about 3.
        #expect(abs(Double(numbers[place]) - number) < 2e-5, "\(name) \(place)")
      }
      #expect(expected.count == (numbers.count + 6) / 7)
    }
  }

  @Test func gradients_againstFiniteDifferences_agree() {
    let fixture = AttentionFixture(.best)
    fixture.passes()
    var reference = DoubleAttention(fixture)
    let gradients = found(fixture).dropLast().flatMap(\.numbers)
    #expect(gradients.count == reference.parameters.count)
    let step = 1e-6
    for place in stride(from: 0, to: gradients.count, by: 11) {
      let value = reference.parameters[place]
      reference.parameters[place] = value + step
      let above = reference.loss()
      reference.parameters[place] = value - step
      let slope = (above - reference.loss()) / (2 * step)
      reference.parameters[place] = value
      #expect(abs(slope - Double(gradients[place])) < 2e-5, "place \(place)")
    }
  }

  @Test func passes_onAnySetAndThreads_giveTheSameBits() {
    func bits(_ kernels: KernelSet, threads: Int) -> [UInt32] {
      let fixture = AttentionFixture(kernels, threads: threads)
      fixture.passes()
      return found(fixture).flatMap(\.numbers).map(\.bitPattern)
    }
    let expected = bits(.portable, threads: 1)
    for kernels in KernelSet.available {
      for threads in 1...3 {
        #expect(
          bits(kernels, threads: threads) == expected,
          "\(kernels.instructionSet), \(threads) threads")
      }
    }
  }

  @Test(arguments: [0, 1, 7, 15, 16, 18])
  func outputs_ofEarlierPositions_dependOnNoLaterOne(position: Int) {
    let (before, after) = (AttentionFixture(.best), AttentionFixture(.best))
    for row in 0..<AttentionFixture.shape.width {
      after.pass.inputs[row, position] += 1
      for other in 0..<AttentionFixture.positions where other != position {
        after.pass.outputGradients[row, other] = 0
      }
    }
    before.passes()
    after.passes()
    for row in 0..<AttentionFixture.shape.width {
      for other in 0..<AttentionFixture.positions {
        let isSame = before.pass.outputs[row, other] == after.pass.outputs[row, other]
        #expect(isSame == (other < position), "position \(other)")
        #expect((after.pass.inputGradients[row, other] == 0) == (other > position))
      }
    }
  }

  @Test func initialisation_ofEveryFactor_isUniformWithinItsBound() {
    let attention = CausalAttention(shape: AttentionShape(width: 40, heads: 2), kernels: .best)
    attention.initialise(RandomStream(seed: 3, stream: 1))
    let factors = CausalAttention.Factor.allCases.map {
      AttentionFixture.numbers(attention.weights($0))
    }
    #expect(Set(factors.flatMap(\.self)).count > attention.shape.parameterCount * 99 / 100)
    for numbers in factors {
      #expect(numbers.allSatisfy { $0 * $0 <= 1 / 40 })
      // Five standard errors of the mean square of uniform numbers.
      let square = numbers.reduce(0) { $0 + $1 * $1 } / Float(numbers.count)
      #expect(abs(square * 3 * 40 - 1) < 5 * 0.9 / Float(numbers.count).squareRoot())
    }
  }
}
