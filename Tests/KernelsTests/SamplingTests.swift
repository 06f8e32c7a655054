import Kernels
import Testing

@Suite struct SamplingTests {
  @Test func aliasTable_withZipfWeights_drawsWithTheirFrequencies() {
    let weights = (1...40).map { 1 / Double($0 * $0) }
    let table = AliasTable(weights: weights)
    let stream = RandomStream(seed: 5, stream: 1)
    let count = 200_000
    var hits = [Int](repeating: 0, count: 40)
    for index in 0..<count { hits[table.outcome(in: stream, index: UInt64(index))] += 1 }
    var chiSquare = 0.0
    for (outcome, probability) in table.probabilities.enumerated() {
      let expected = probability * Double(count)
      chiSquare +=
        (Double(hits[outcome]) - expected) * (Double(hits[outcome]) - expected) / expected
    }
    // 39 degrees of freedom: beyond 84 with probability 3·10⁻⁵.
    #expect(chiSquare < 84)
  }

  @Test func aliasTable_withOneOutcome_alwaysDrawsIt() {
    let table = AliasTable(weights: [3])
    let stream = RandomStream(seed: 5, stream: 1)
    #expect((0..<100).allSatisfy { table.outcome(in: stream, index: $0) == 0 })
  }

  @Test func permutation_ofAnyCount_isABijection() {
    for count in Array(1...130) + [1000, 4096, 9999] {
      let permutation = IndexPermutation(
        count: count, stream: RandomStream(seed: 9, stream: 2), index: UInt64(count))
      let image = (0..<count).map { permutation.element(at: $0) }
      #expect(image.sorted() == Array(0..<count), "count \(count)")
    }
  }

  @Test func permutation_overEpochs_sendsAnElementEverywhereEvenly() {
    let stream = RandomStream(seed: 21, stream: 2)
    let count = 10
    var hits = [Int](repeating: 0, count: count * count)
    let epochs = 20_000
    for epoch in 0..<epochs {
      let permutation = IndexPermutation(count: count, stream: stream, index: UInt64(epoch))
      for place in 0..<count { hits[place * count + permutation.element(at: place)] += 1 }
    }
    let expected = Double(epochs) / Double(count)
    let worst = hits.map { abs(Double($0) - expected) }.max() ?? 0
    // Six standard deviations of a binomial count.
    #expect(worst < 6 * (expected * 0.9).squareRoot())
  }

  /// The tasks that the definition gives for a batch of consecutive numbers, sorted.
  @Test(arguments: [1, 63, 2047, 2048, 2049, 5000])
  func batch_ofAnySize_holdsTheSamplesOfItsNumbersInOrderOfTask(count: Int) {
    let layout = SparseInputLayout(tasks: 9, bits: 70, width: 1)
    let samples = ParitySamples(
      layout: layout, frequencies: AliasTable(weights: (1...9).map { 1 / Double($0) }),
      subsets: Array(repeating: [0, 69], count: 9),
      taskStream: RandomStream(seed: 8, stream: 1), bitStream: RandomStream(seed: 8, stream: 2))
    let expected = (1000..<1000 + count)
      .map { (task: samples.frequencies.outcome(in: samples.taskStream, index: UInt64($0)), $0) }
      .enumerated().sorted { ($0.element.task, $0.offset) < ($1.element.task, $1.offset) }
    for kernels in KernelSet.available {
      let batch = BinaryBatch(layout: layout, samples: count, transposed: true)
      draw(samples, 1000..<1000 + count, into: batch, kernels: kernels)
      #expect(batch.count == count)
      for (place, sample) in expected.enumerated() {
        #expect(Int(batch.tasks[place]) == sample.element.task)
        let words = samples.bitStream.words(index: UInt64(sample.element.1))
        #expect(batch.rows[2 * place] == words.low)
        #expect(batch.rows[2 * place + 1] == words.high & 63)
      }
    }
  }

  @Test(arguments: [1, 4, 20, 63, 64, 65, 100, 128, 130, 256])
  func samples_ofAnyLength_haveParityLabelsSortedTasksAndTransposedBits(bits: Int) {
    let layout = SparseInputLayout(tasks: 5, bits: bits, width: 3)
    let subsets = (0..<5).map { task in Array(Set([task % bits, (7 * task + 3) % bits, bits - 1])) }
    let samples = ParitySamples(
      layout: layout, frequencies: AliasTable(weights: [5, 4, 3, 2, 1]), subsets: subsets,
      taskStream: RandomStream(seed: 3, stream: 1), bitStream: RandomStream(seed: 3, stream: 2))
    let batch = BinaryBatch(layout: layout, samples: 150, transposed: true)
    draw(samples, 1000..<1150, into: batch)
    #expect(batch.count == 150)
    for sample in 0..<150 {
      let task = Int(batch.tasks[sample])
      #expect(sample >= Int(batch.taskStarts[task]) && sample < Int(batch.taskStarts[task + 1]))
      let parity = subsets[task].reduce(0) { $0 + bit($1, of: sample, batch, layout) } % 2
      #expect(Int(batch.labels[sample]) == parity, "sample \(sample)")
      for index in 0..<bits {
        let column = batch.columns[(sample / 64 * layout.rowWords + index / 64) * 64 + index % 64]
        #expect(
          Int(column >> UInt64(sample % 64) & 1) == bit(index, of: sample, batch, layout))
      }
    }
  }

  @Test func bits_overManySamples_areSetHalfOfTheTime() {
    let layout = SparseInputLayout(tasks: 1, bits: 70, width: 1)
    let samples = ParitySamples(
      layout: layout, frequencies: AliasTable(weights: [1]), subsets: [[0, 69]],
      taskStream: RandomStream(seed: 4, stream: 1), bitStream: RandomStream(seed: 4, stream: 2))
    let batch = BinaryBatch(layout: layout, samples: 10_000, transposed: false)
    draw(samples, 0..<10_000, into: batch)
    for index in 0..<70 {
      let set = (0..<10_000).reduce(0) { $0 + bit(index, of: $1, batch, layout) }
      #expect(abs(set - 5000) < 250, "bit \(index)")
    }
    #expect((0..<10_000).allSatisfy { batch.rows[$0 * 2 + 1] >> 6 == 0 })
  }

  private func bit(
    _ index: Int, of sample: Int, _ batch: BinaryBatch, _ layout: SparseInputLayout
  ) -> Int {
    Int(batch.rows[sample * layout.rowWords + index / 64] >> UInt64(index % 64) & 1)
  }
}
