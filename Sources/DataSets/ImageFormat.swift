import Foundation
import SweepModel

/// A folder with the four IDX files of a set of images, under the names that MNIST's have.
struct ImageFormat: DataFormat {
  let kind = DataKind.images
  let installed = ["fashion-mnist": "/usr/share/datasets/fashion-mnist"]
  let place = "a folder with IDX files such as ./mnist"
  let noun = "the folder with the IDX files"
  let isFolder = true

  /// Reads and checks all four files.
  func read(_ path: String) throws(DataSetError) -> (layout: any DataLayout, content: [UInt8]) {
    let limit = DataSet.maximumBytes / 2
    func read(_ part: String, _ dimensions: Int) throws(DataSetError) -> (String, IDXFile) {
      let path = try Self.find(part, in: path)
      return (path, try IDXFile(path: path, dimensions: dimensions, limit: limit))
    }
    let (_, train) = try read("train-images-idx3", 3)
    let (trainPath, trainLabels) = try read("train-labels-idx1", 1)
    let (testImagesPath, test) = try read("t10k-images-idx3", 3)
    let (testPath, testLabels) = try read("t10k-labels-idx1", 1)
    for (path, labels, images) in [
      (trainPath, trainLabels, train), (testPath, testLabels, test),
    ] where labels.sizes[0] != images.sizes[0] {
      throw DataSetError(
        "\(path) has \(labels.sizes[0]) labels for \(images.sizes[0]) images",
        remedy: "images and labels must come from the same set")
    }
    guard train.sizes[1...] == test.sizes[1...] else {
      throw DataSetError(
        "\(testImagesPath) has images of \(test.sizes[1]) × \(test.sizes[2]) pixels, "
          + "the training images have \(train.sizes[1]) × \(train.sizes[2])",
        remedy: "training and test images must come from the same set")
    }
    let classes = 1 + Int((trainLabels.content + testLabels.content).max() ?? 0)
    let layout = ImageLayout(
      trainCount: train.sizes[0], testCount: test.sizes[0], rows: train.sizes[1],
      columns: train.sizes[2], classes: classes)
    guard let layout else {
      throw DataSetError(
        "\(path) holds more than \(DataSet.maximumBytes) bytes of images",
        remedy: "take fewer or smaller images")
    }
    return (
      layout,
      layout.header + train.content + trainLabels.content + test.content + testLabels.content
    )
  }

  /// The file of a part: `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, perhaps with `.gz`.
  private static func find(_ part: String, in folder: String) throws(DataSetError) -> String {
    let dotted = part.replacingOccurrences(of: "-idx", with: ".idx")
    let names = [part, dotted].flatMap { ["\($0)-ubyte", "\($0)-ubyte.gz"] }
    for name in names where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
      return "\(folder)/\(name)"
    }
    throw DataSetError(
      "\(folder) has no file \(names[0]) or \(names[1])",
      remedy: "a folder of images holds the IDX files train-images-idx3-ubyte, "
        + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, gzipped or not"
    )
  }
}
