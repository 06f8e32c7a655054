import Grokking
import Kernels
import Training

/// Some samples of the task as a network sees them: column s of every matrix is sample s.
struct AdditionData: Sendable {
  /// The summands' places among the symbols.
  private(set) var summands: [(i: Int, j: Int)] = []
  /// Each sample's sum, padded to whole vectors.
  let sums: Buffer<Int32>
  /// Each sample's target vector, `targetLength × samples`.
  let targets: Matrix

  private let task: AdditionTask
  private let vectors: Matrix

  /// Makes room for `count` samples; `vectors` holds each sum's target, `sums × targetLength`.
  init(_ task: AdditionTask, count: Int, vectors: Matrix) {
    self.task = task
    self.vectors = vectors
    sums = Buffer(count: Matrix.padded(count))
    targets = Matrix(rows: vectors.columns, columns: count)
  }

  /// Makes room and puts samples into it.
  init(_ task: AdditionTask, places: [Int], vectors: Matrix) {
    self.init(task, count: places.count, vectors: vectors)
    replace(with: places)
  }

  /// Puts other samples in, as many as there is room for.
  mutating func replace(with places: [Int]) {
    precondition(places.count == targets.columns, "another number of samples")
    summands = places.map { (task.samples[$0].i, task.samples[$0].j) }
    for (column, place) in places.enumerated() {
      let sum = task.samples[place].sum
      sums[column] = Int32(sum)
      for row in 0..<targets.rows { targets[row, column] = vectors[sum, row] }
    }
  }

  /// Sets a network's inputs to the sums of the summands' embeddings, `symbols × dimension`.
  func addEmbeddings(_ embeddings: Buffer<Float>, into inputs: Matrix) {
    for component in 0..<inputs.rows {
      for (column, pair) in summands.enumerated() {
        inputs[component, column] =
          embeddings[pair.i * inputs.rows + component]
          + embeddings[pair.j * inputs.rows + component]
      }
    }
  }

  /// Gradients of the embeddings from those of the inputs, summed in the order of the samples.
  func sumGradients(_ inputGradients: Matrix, into gradients: Buffer<Float>) {
    gradients.fill(0..<gradients.count, with: 0)
    for component in 0..<inputGradients.rows {
      for (column, pair) in summands.enumerated() {
        let gradient = inputGradients[component, column]
        gradients[pair.i * inputGradients.rows + component] += gradient
        gradients[pair.j * inputGradients.rows + component] += gradient
      }
    }
  }
}
