import Kernels
import Testing

@Suite struct PhiloxTests {
  @Test(arguments: [
    (
      SIMD4<UInt32>(0, 0, 0, 0), SIMD2<UInt32>(0, 0),
      SIMD4<UInt32>(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    ),
    (
      SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
      SIMD4<UInt32>(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4<UInt32>(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      SIMD2<UInt32>(0xA409_3822, 0x299F_31D0),
      SIMD4<UInt32>(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ])
  func block_ofKnownCounters_givesRandom123Vectors(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>
  ) {
    #expect(Philox.block(counter: counter, key: key) == expected)
  }

  @Test func uniform_overAStream_hasMeanAndVarianceOfTheUnitInterval() {
    let stream = RandomStream(seed: 11, stream: 3)
    let count = 100_000
    let draws = (0..<count).map { stream.uniform(index: UInt64($0)) }
    let mean = draws.reduce(0, +) / Double(count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    // Five standard errors: √(1/12/n) for the mean, √(1/180/n) for the variance.
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / Double(count)).squareRoot())
    #expect(abs(variance - 1.0 / 12) < 5 * (1.0 / 180 / Double(count)).squareRoot())
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
  }

  @Test func streams_ofDifferentSeedsStreamsIndicesAndBlocks_differ() {
    let base = RandomStream(seed: 1, stream: 1).words(index: 5, block: 2).low
    #expect(RandomStream(seed: 2, stream: 1).words(index: 5, block: 2).low != base)
    #expect(RandomStream(seed: 1 << 32 | 1, stream: 1).words(index: 5, block: 2).low != base)
    #expect(RandomStream(seed: 1, stream: 2).words(index: 5, block: 2).low != base)
    #expect(RandomStream(seed: 1, stream: 1).words(index: 5 | 1 << 32, block: 2).low != base)
    #expect(RandomStream(seed: 1, stream: 1).words(index: 5, block: 3).low != base)
    #expect(RandomStream(seed: 1, stream: 1).words(index: 5, block: 2).low == base)
  }

  @Test func subset_overManyElements_containsEveryPairEquallyOften() {
    let seed = UInt64.random(in: 0..<1 << 32)
    print("subset_overManyElements: seed \(seed)")
    let stream = RandomStream(seed: seed, stream: 7)
    var counts = [Int](repeating: 0, count: 36)
    let draws = 20_000
    for index in 0..<draws {
      let subset = stream.subset(of: 6, size: 3, index: UInt64(index))
      #expect(Set(subset).count == 3 && subset.allSatisfy { (0..<6).contains($0) })
      counts[subset[0] * 6 + subset[1]] += 1
    }
    // 30 ordered pairs; six standard errors of a binomial count.
    let expected = Double(draws) / 30
    for pair in 0..<36 where pair % 7 != 0 {
      #expect(abs(Double(counts[pair]) - expected) < 6 * expected.squareRoot(), "pair \(pair)")
    }
    #expect(stream.subset(of: 4, size: 4, index: 1).sorted() == [0, 1, 2, 3])
    #expect(stream.subset(of: 4, size: 0, index: 1).isEmpty)
  }

  @Test func normal_overAStream_hasTheMomentsOfTheNormalDistribution() {
    let stream = RandomStream(seed: 12, stream: 4)
    let count = 100_000
    let draws = (0..<count).map { stream.normal(index: UInt64($0)) }
    func moment(_ power: Int) -> Double {
      draws.reduce(0) { $0 + Elementary.power($1, power) } / Double(count)
    }
    // Five standard errors: √(1/n), √(2/n), √(15/n), √(96/n).
    #expect(abs(moment(1)) < 5 * (1 / Double(count)).squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2 / Double(count)).squareRoot())
    #expect(abs(moment(3)) < 5 * (15 / Double(count)).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96 / Double(count)).squareRoot())
  }
}
