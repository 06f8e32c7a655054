import Kernels
import Testing

@testable import Discovery

@Suite struct ClusteringTests {
  private let crew = Crew(threads: 2)

  private func copy(_ matrix: Matrix) -> Matrix { matrix.selecting(Array(0..<matrix.rows)) }

  /// Average linkage by looking at all pairs of clusters each time.
  private func plainTree(_ likeness: Matrix) -> [(Double, Set<Set<Int>>)] {
    var clusters = (0..<likeness.rows).map { Set([$0]) }
    var found: [(Double, Set<Set<Int>>)] = []
    func mean(_ a: Set<Int>, _ b: Set<Int>) -> Double {
      a.reduce(0.0) { sum, x in b.reduce(sum) { $0 + Double(likeness[x, $1]) } }
        / Double(a.count * b.count)
    }
    while clusters.count > 1 {
      var best = (-Double.infinity, 0, 0)
      for a in clusters.indices {
        for b in 0..<a where mean(clusters[a], clusters[b]) > best.0 {
          best = (mean(clusters[a], clusters[b]), a, b)
        }
      }
      clusters[best.2].formUnion(clusters[best.1])
      clusters.remove(at: best.1)
      found.append((best.0, Set(clusters)))
    }
    return found
  }

  @Test func linkage_isThatOfAllPairs() {
    let likeness = planted([9, 7, 14, 3], within: 0.3, noise: 0.2)
    let expected = plainTree(likeness)
    let tree = AverageLinkage.tree(using: copy(likeness))
    for (step, merge) in tree.steps.enumerated() {
      #expect(abs(Double(merge.likeness) - expected[step].0) < 1e-6)
      let count = 33 - step - 1
      #expect(Set(tree.partition(count: count).members.map { Set($0) }) == expected[step].1)
      #expect(tree.likeness(below: count + 1) == merge.likeness)
    }
    #expect(tree.steps.last?.size == 33)
    #expect(tree.partition(count: 33).count == 33)
  }

  @Test func ties_areDetermined() {
    let likeness = Matrix(rows: 40, columns: 40)
    for row in 0..<40 {
      for column in 0..<40 { likeness[row, column] = Float((row ^ column) & 3 == 0 ? 1 : 0) }
    }
    let first = AverageLinkage.tree(using: copy(likeness))
    #expect(first == AverageLinkage.tree(using: copy(likeness)))
    #expect(first.partition(count: 4).sizes == [10, 10, 10, 10])
  }

  @Test func eigenvectors_areOrthonormalAndSolve() {
    let size = 30
    let half = noise(size, size)
    let matrix = (0..<size * size).map { place in
      Double(half[place / size, place % size]) + Double(half[place % size, place / size])
    }
    let system = Eigensystem(matrix, size: size)
    for index in 0..<size {
      let vector = Array(system.vectors[index * size..<(index + 1) * size])
      for other in 0...index {
        let second = Array(system.vectors[other * size..<(other + 1) * size])
        #expect(abs(inner(vector, second) - (other == index ? 1 : 0)) < 1e-12)
      }
      for row in 0..<size {
        let image = inner(Array(matrix[row * size..<(row + 1) * size]), vector)
        #expect(abs(image - system.values[index] * vector[row]) < 1e-11)
      }
    }
    #expect(system.values == system.values.sorted())
    #expect(Eigensystem([3], size: 1).values == [3])
  }

  @Test func embedding_isThatOfADenseSolver() {
    let affinity = planted([40, 30, 20], within: 0.5, noise: 0.1)
    let size = 90
    var dense = [Double](repeating: 0, count: size * size)
    var degrees = [Double](repeating: 0, count: size)
    for row in 0..<size {
      for column in 0..<size where row != column { degrees[row] += Double(affinity[row, column]) }
    }
    for row in 0..<size {
      for column in 0..<size where row != column {
        dense[row * size + column] =
          Double(affinity[row, column]) / (degrees[row] * degrees[column]).squareRoot()
      }
    }
    let system = Eigensystem(dense, size: size)
    var settings = SubspaceSettings()
    settings.tolerance = 1e-6
    settings.rounds = 60
    let found = SpectralEmbedding(
      using: copy(affinity), vectors: 4, settings: settings, crew: crew)
    for column in 0..<4 {
      let index = size - 1 - column
      #expect(abs(found.values[column] - system.values[index]) < 1e-5)
      let product = (0..<size).reduce(0) {
        $0 + Double(found.coordinates[$1, column]) * degrees[$1].squareRoot()
          * system.vectors[index * size + $1]
      }
      #expect(column == 3 || abs(abs(product) - 1) < 1e-4)
    }
  }

  @Test func spectralClusters_arePlantedOnesForAnyNumberOfThreads() {
    let affinity = planted([60, 45, 30, 15], within: 0.4, noise: 0.1)
    var recipe = DiscoveryRecipe.published
    recipe.clustering = .spectral(SubspaceSettings(), KMeans.Settings(starts: 4))
    let found = [1, 2, 3].map { threads in
      FoundClusters(using: copy(affinity), recipe: recipe, most: 6, crew: Crew(threads: threads))
    }
    let truth = blocks([60, 45, 30, 15])
    #expect(PartitionScores(found[0].partition(count: 4), truth).adjustedRand == 1)
    for count in 2...6 {
      #expect(found[0].partition(count: count) == found[1].partition(count: count))
      #expect(found[0].partition(count: count) == found[2].partition(count: count))
    }
    let embeddings = found.compactMap { $0.embedding.map { bits($0.coordinates) } }
    #expect(embeddings.count == 3 && embeddings[0] == embeddings[2])
  }
}
