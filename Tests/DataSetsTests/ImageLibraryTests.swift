import Foundation
import LabSupport
import SweepModel
import Testing

@testable import DataSets

@Suite struct ImageLibraryTests {
  private func withImages(_ body: (inout SmallImages) throws -> Void) throws {
    var images = try SmallImages()
    defer { images.remove() }
    try body(&images)
  }

  /// The error of a folder, without the folder's path.
  private func message(_ images: SmallImages) -> String {
    do {
      let set = try ImageLibrary().find(images.path)
      return "found \(set.name)"
    } catch {
      return error.description.replacingOccurrences(of: images.path + "/", with: "")
    }
  }

  @Test func folder_plainOrPackedUnderEitherName_isTheSameSet() throws {
    try withImages { images in
      try images.write()
      let plain = try ImageLibrary().find(images.path)
      #expect(plain.trainCount == 6 && plain.testCount == 2 && plain.classes == 3)
      #expect(plain.rows == 3 && plain.columns == 2)
      #expect(plain.name == "3x2x3-6-2-\(plain.hash)")
      #expect(ImageSet(name: plain.name) == plain)
      images.remove()
      try FileManager.default.createDirectory(
        atPath: images.path, withIntermediateDirectories: true)
      try images.write(gzips: true) { $0.replacingOccurrences(of: "-idx", with: ".idx") }
      #expect(FileManager.default.fileExists(atPath: images.path + "/train-images.idx3-ubyte.gz"))
      #expect(try ImageLibrary().find(images.path) == plain)
    }
  }

  @Test func folder_withOneOtherByte_isAnotherSet() throws {
    try withImages { images in
      try images.write()
      let first = try ImageLibrary().find(images.path)
      images.files[2][20] ^= 1
      try images.write()
      #expect(try ImageLibrary().find(images.path).hash != first.hash)
    }
  }

  /// What is done to a file, and words of the error.
  static let damages: [(Int, @Sendable (inout [UInt8]) -> Void, [String])] = [
    (0, { $0.removeLast() }, ["train-images-idx3-ubyte is truncated", "36 bytes, only 35 follow"]),
    (1, { $0.append(0) }, ["train-labels-idx1-ubyte", "6 bytes, more follow"]),
    (0, { $0[2] = 9 }, ["begins with 00000903, not with 00000803", "an IDX file of bytes"]),
    (2, { $0 = Array("<html>".utf8) }, ["t10k-images-idx3-ubyte begins with 3c68746d"]),
    (3, { $0 = [] }, ["t10k-labels-idx1-ubyte is empty"]),
    (0, { $0 = Array($0[..<9]) }, ["ends within its header"]),
    (
      0, { $0.replaceSubrange(4..<8, with: [0x7F, 255, 255, 255]) },
      ["2147483647 × 3 × 2", "at most"]
    ),
    (
      0, { $0.replaceSubrange(4..<16, with: Array(repeating: 255, count: 12)) },
      ["4294967295 × 4294967295", "at most"]
    ),
    (1, { $0 = SmallImages.header(1, [5]) + [0, 1, 2, 2, 1] }, ["5 labels for 6 images"]),
    (
      2, { $0 = SmallImages.header(3, [2, 2, 3]) + $0[16...] },
      ["images of 2 × 3 pixels, the training images have 3 × 2"]
    ),
    (3, { $0 = SmallImages.header(1, [0]) }, ["holds 0 bytes", "at least 1"]),
  ]

  @Test(arguments: damages.indices)
  func folder_withADamagedFile_saysWhichAndWhy(_ index: Int) throws {
    let (file, change, words) = Self.damages[index]
    try withImages { images in
      change(&images.files[file])
      try images.write()
      let message = message(images)
      for word in words { #expect(message.contains(word), "\(message)") }
    }
  }

  @Test func folder_withAPackedFileCutOrChangedAnywhere_isRefusedOrTheSame() throws {
    try withImages { images in
      images.files[0] =
        SmallImages.header(3, [600, 3, 2]) + (0..<3600).map { UInt8(truncatingIfNeeded: $0 * $0) }
      images.files[1] = SmallImages.header(1, [600]) + Array(repeating: 2, count: 600)
      try images.write(gzips: true)
      let whole = try ImageLibrary().find(images.path)
      let file = URL(fileURLWithPath: images.path + "/train-images-idx3-ubyte.gz")
      let good = try Data(contentsOf: file)
      for count in stride(from: 1, to: good.count, by: 13) {
        try good.prefix(count).write(to: file)
        let found = message(images)
        #expect(!found.hasPrefix("found"), "\(count) of \(good.count) bytes")
        #expect(found.contains("train-images-idx3-ubyte.gz"), "\(found)")
      }
      // Past the name and time that a header holds, a checksum covers every byte.
      for place in stride(from: 40, to: good.count, by: 17) {
        var bytes = good
        bytes[place] ^= 0x10
        try bytes.write(to: file)
        let found = message(images)
        #expect(!found.hasPrefix("found") || found == "found \(whole.name)", "byte \(place)")
      }
    }
  }

  @Test func folder_withoutAFile_namesWhatIsMissing() throws {
    try withImages { images in
      try images.write()
      try FileManager.default.removeItem(atPath: images.path + "/t10k-labels-idx1-ubyte")
      #expect(message(images).contains("has no file t10k-labels-idx1-ubyte"))
    }
  }

  @Test func find_aNameThatIsNone_namesTheKnownOnes() throws {
    let library = ImageLibrary()
    #expect(try library.find("fashion-mnist").pixels == 784)
    let typo = #expect(throws: DataSetError.self) {
      try library.find("fashon-mnist")
    }
    #expect(typo?.description.contains("did you mean \"fashion-mnist\"?") == true)
    let missing = #expect(throws: DataSetError.self) {
      try library.find("/no/where")
    }
    #expect(missing?.description.contains("there is no folder /no/where") == true)
  }

  @Test func file_ofAFolder_holdsHeaderImagesAndLabels() throws {
    try withImages { images in
      try images.write()
      let library = ImageLibrary()
      let set = try library.find(images.path)
      let store = images.path + "/store/data"
      let path = try library.file(set, keptIn: store)
      let content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(content.count == set.sizeBytes)
      #expect(Array(content[..<64]) == set.header)
      #expect(Array(content[set.trainImages]) == Array(images.files[0][16...]))
      #expect(Array(content[set.trainLabels]) == Array(images.files[1][8...]))
      #expect(Array(content[set.testImages]) == Array(images.files[2][16...]))
      #expect(Array(content[set.testLabels]) == Array(images.files[3][8...]))
      // What a store holds needs no folder any more; another store does.
      let later = ImageLibrary()
      #expect(try later.file(set, keptIn: store) == path)
      #expect(throws: DataSetError.self) { try later.file(set, keptIn: images.path + "/other") }
      // A folder that holds other images since is noticed.
      images.files[0][20] ^= 1
      try images.write()
      #expect(throws: DataSetError.self) { try library.file(set, keptIn: images.path + "/other") }
    }
  }

  @Test func file_damagedInTheStore_isWrittenAgainOrRefused() throws {
    try withImages { images in
      try images.write()
      let store = images.path + "/store/data"
      let library = ImageLibrary()
      let set = try library.find(images.path)
      let path = try library.file(set, keptIn: store)
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      var bad = good
      bad[70] ^= 1
      try bad.write(to: URL(fileURLWithPath: path))
      let refused = #expect(throws: DataSetError.self) {
        try ImageLibrary().file(set, keptIn: store)
      }
      #expect(refused?.description.contains("missing or damaged in the store") == true)
      #expect(try library.file(set, keptIn: store) == path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good)
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist"),
      "Debian's package dataset-fashion-mnist is not installed"))
  func fashionMNIST_asDebianShipsIt_isTheKnownSet() throws {
    let set = try ImageLibrary().find("/usr/share/datasets/fashion-mnist")
    #expect(set.name == "fashion-mnist")
    #expect(set.trainCount == 60_000 && set.testCount == 10_000 && set.classes == 10)
  }
}
