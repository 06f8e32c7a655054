import Basics
import Kernels
import SweepModel
import Testing
import Training

@testable import Workloads

/// Weights that jobs keep, of every workload that trains.
@Suite struct KeptWeightsTests {
  private static func kept(_ test: WorkloadCase, _ rule: String) -> WorkloadCase {
    WorkloadCase(
      workload: test.workload, changes: test.changes.merging(["keep": .text(rule)]) { $1 })
  }

  private static let cases =
    WorkloadCase.samples + [
      .parity, .modadds[1], .images[1], .teachers[3], .additions[1], .compositions[1],
    ]

  private static let log = cases.map { kept($0, "weights log 4") }

  @Test(arguments: log)
  private func weights_forThreadsAndAfterKills_areTheSameBits(test: WorkloadCase) throws {
    let whole = try test.run()
    #expect(!whole.weights.isEmpty && whole.weights[0].step == 0)
    #expect(
      whole.weights.last.map { Double($0.step) } == (whole.scalar("steps") ?? Double(test.steps)))
    for threads in [2, 3] {
      #expect(try test.run(MemoryContext(threads: threads)) == whole, "\(threads) threads")
    }
    let seed = UInt64.random(in: 0..<1 << 32)
    print("weights_forThreadsAndAfterKills: seed \(seed)")
    #expect(try test.runWithKills(seed: seed) == whole, "seed \(seed)")
  }

  @Test(arguments: cases)
  private func result_withWeights_isOtherwiseThatWithout(test: WorkloadCase) throws {
    let plain = try test.run()
    let kept = try Self.kept(test, "weights at 2 5").run()
    #expect(kept.keeping([]) == plain && plain.weights.isEmpty)
    let last = Int(plain.scalar("steps") ?? Double(test.steps))
    #expect(kept.weights.map(\.step) == [2, 5, last].filter { $0 <= last })
    let final = try Self.kept(test, "weights").run()
    #expect(final.weights == [kept.weights[kept.weights.count - 1]])
  }

  @Test(arguments: cases)
  private func arrays_haveAllParametersOfTheModel(test: WorkloadCase) throws {
    let test = Self.kept(test, "weights")
    let snapshot = try #require(try test.run().weights.last)
    let file = try Safetensors(#require(snapshot.content))
    #expect(
      file.metadata
        == [
          "format": "pt", "step": "\(snapshot.step)", "workload": test.workload.signature.name,
        ])
    let count = file.tensors.reduce(0) { $0 + $1.values.count }
    let workload = test.workload
    let found = workload.keeping
    let keeping = try #require(found)
    let signature = keeping(try #require(WeightRule(.final)))
    let estimate = signature.estimate(test.parameters)
    #expect(count == estimate.modelParameters)
    #expect(estimate.keptBytes >= snapshot.size && snapshot.size >= 4 * count)
    for tensor in file.tensors where tensor.name.hasSuffix(".weight") {
      #expect(tensor.values.contains { $0 != 0 }, "\(tensor.name)")
    }
  }

  @Test func steps_ofARule_areThoseOfTheSchedule() throws {
    func steps(_ text: String, _ count: Int) throws -> [Int] {
      KeptWeights.steps(try #require(WeightRule(text: text)), of: count)
    }
    #expect(try steps("weights", 9) == [9])
    #expect(try steps("weights at 0 4 9", 9) == [0, 4, 9])
    #expect(try steps("weights log 40", 9) == Array(0...9))
    let spaced = try steps("weights log 40", 100_000)
    #expect(spaced.prefix(4) == [0, 1, 2, 3] && spaced.last == 100_000)
    #expect((30...41).contains(spaced.count))
    for text in ["", "weights ", "weights log 1", "weights log 04", "weights at", "weights at 2 1"]
    {
      #expect(WeightRule(text: text) == nil, "\(text)")
    }
  }

  /// The published network from its arrays, sample by sample in double precision, on the job's own test
  /// set: the loss that was recorded.
  @Test(arguments: [2, 3])
  func parity_fromItsArrays_hasTheRecordedLoss(depth: Int) throws {
    let parameters = smallParity([
      "depth": .integer(depth), "activation": .text("relu"), "keep": .text("weights"),
    ])
    let result = try SparseParity.run(parameters, in: MemoryContext())
    let file = try Safetensors(#require(result.weights.last?.content))
    let settings = ParitySettings(parameters)
    let (tasks, bits) = (settings.shape.input.tasks, settings.shape.input.bits)
    #expect(file["layers.0.weight"]?.shape == [37, tasks + bits])
    #expect(file["layers.\(depth - 1).weight"]?.shape == [2, 37])
    let frequencies = AliasTable(weights: settings.frequencyWeights)
    let subsets = ParitySubsets.draw(
      tasks, size: settings.subset, bits: bits, from: ParityStream.subsets.of(settings.seed))
    let stream = ParityStream.testBits.of(settings.seed)
    let samples = ParitySamples(
      layout: settings.shape.input, frequencies: frequencies, subsets: subsets,
      taskStream: stream, bitStream: stream)
    var loss = 0.0
    var first = 0
    for (task, probability) in frequencies.probabilities.enumerated() {
      let count = settings.testSamples(probability: probability)
      let batch = BinaryBatch(layout: settings.shape.input, samples: count, transposed: false)
      BatchDrawing(samples: samples, batch: batch, kernels: .best).draw(
        tasks: ArraySlice(repeating: UInt16(task), count: first + count)[first...], from: first)
      var sum = 0.0
      for sample in 0..<count {
        let words = settings.shape.input.rowWords
        var input = [Double](repeating: 0, count: tasks + bits)
        input[task] = 1
        for bit in 0..<bits where batch.rows[sample * words + bit / 64] >> UInt64(bit % 64) & 1 == 1
        {
          input[tasks + bit] = 1
        }
        let parity = subsets[task].reduce(0) { $0 + Int(input[tasks + $1]) } % 2
        #expect(parity == Int(batch.labels[sample]))
        let logits = try forward(file, input, depth: depth)
        sum += log2Sum(logits) - logits[parity] * ParityTestSet.bitsPerNat
      }
      loss += probability * sum / Double(count)
      first += count
    }
    let recorded = try #require(result.scalar("loss.final"))
    #expect(abs(loss - recorded) < 1e-5)
  }

  private func forward(_ file: Safetensors, _ input: [Double], depth: Int) throws -> [Double] {
    var values = input
    for layer in 0..<depth {
      let weight = try #require(file["layers.\(layer).weight"])
      let bias = try #require(file["layers.\(layer).bias"])
      values = (0..<weight.shape[0]).map { row in
        values.enumerated().reduce(Double(bias.values[row])) { sum, entry in
          sum + Double(weight.values[row * weight.shape[1] + entry.offset]) * entry.element
        }
      }
      if layer < depth - 1 { values = values.map { max(0, $0) } }
    }
    return values
  }

  /// log₂ Σ e^z.
  private func log2Sum(_ logits: [Double]) -> Double {
    let largest = logits.max() ?? 0
    let sum = logits.reduce(0) { $0 + Elementary.exponential($1 - largest) }
    return (largest + Elementary.logarithm(sum)) * ParityTestSet.bitsPerNat
  }
}
