import Foundation
import LabSupport
import SweepModel
import Testing

@testable import DataSets

@Suite struct DataLibraryTests {
  private func withImages(_ body: (inout SmallImages) throws -> Void) throws {
    var images = try SmallImages()
    defer { images.remove() }
    try body(&images)
  }

  /// The error of a folder, without the folder's path.
  private func message(_ images: SmallImages) -> String {
    do {
      let set = try DataLibrary().find(images.path, .images)
      return "found \(set.name)"
    } catch {
      return error.description.replacingOccurrences(of: images.path + "/", with: "")
    }
  }

  @Test func folder_plainOrPackedUnderEitherName_isTheSameSet() throws {
    try withImages { images in
      try images.write()
      let plain = try DataLibrary().find(images.path, .images)
      #expect(plain.kind == .images && plain.facts == "3x2x3-6-2")
      #expect(plain.name == "3x2x3-6-2-\(plain.hash)")
      #expect(DataSet(name: plain.name) == plain)
      images.remove()
      try FileManager.default.createDirectory(
        atPath: images.path, withIntermediateDirectories: true)
      try images.write(gzips: true) { $0.replacingOccurrences(of: "-idx", with: ".idx") }
      #expect(FileManager.default.fileExists(atPath: images.path + "/train-images.idx3-ubyte.gz"))
      #expect(try DataLibrary().find(images.path, .images) == plain)
    }
  }

  /// Runs, logs and stores that write into a folder of code are named as what they are.
  @Test func code_thatChangesBetweenTwoReadings_isSaidToBeWrittenTo() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("print(1)".utf8).write(to: folder.appending(path: "train.py"))
    let library = DataLibrary()
    let set = try library.find(folder.path, .code)
    #expect(try library.content(of: set).isEmpty == false)
    try Data("step 1".utf8).write(to: folder.appending(path: "log"))
    let error = #expect(throws: DataSetError.self) { try library.content(of: set) }
    #expect(error?.description.contains("changed while it was read: something writes") == true)
  }

  @Test func folder_withOneOtherByte_isAnotherSet() throws {
    try withImages { images in
      try images.write()
      let first = try DataLibrary().find(images.path, .images)
      images.files[2][20] ^= 1
      try images.write()
      #expect(try DataLibrary().find(images.path, .images).hash != first.hash)
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
      let whole = try DataLibrary().find(images.path, .images)
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
    let library = DataLibrary()
    #expect(try library.find("fashion-mnist", .images).facts == "28x28x10-60000-10000")
    let typo = #expect(throws: DataSetError.self) {
      try library.find("fashon-mnist", .images)
    }
    #expect(typo?.description.contains("did you mean \"fashion-mnist\"?") == true)
    let missing = #expect(throws: DataSetError.self) {
      try library.find("/no/where", .images)
    }
    #expect(missing?.description.contains("there is no folder /no/where") == true)
  }

  @Test func file_ofAFolder_holdsHeaderImagesAndLabels() throws {
    try withImages { images in
      try images.write()
      let library = DataLibrary()
      let found = try library.find(images.path, .images)
      let store = images.path + "/store/data"
      let path = try library.file(found, keptIn: store)
      let content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(content.count == found.sizeBytes)
      let set = try #require(ImageLayout(found.facts))
      #expect(Array(content[..<64]) == set.header)
      #expect(Array(content[set.trainImages]) == Array(images.files[0][16...]))
      #expect(Array(content[set.trainLabels]) == Array(images.files[1][8...]))
      #expect(Array(content[set.testImages]) == Array(images.files[2][16...]))
      #expect(Array(content[set.testLabels]) == Array(images.files[3][8...]))
      // What a store holds needs no folder any more; another store does.
      let later = DataLibrary()
      #expect(try later.file(found, keptIn: store) == path)
      #expect(throws: DataSetError.self) { try later.file(found, keptIn: images.path + "/other") }
      // A folder that holds other images since is noticed.
      images.files[0][20] ^= 1
      try images.write()
      #expect(throws: DataSetError.self) { try library.file(found, keptIn: images.path + "/other") }
    }
  }

  @Test func file_damagedInTheStore_isWrittenAgainOrRefused() throws {
    try withImages { images in
      try images.write()
      let store = images.path + "/store/data"
      let library = DataLibrary()
      let set = try library.find(images.path, .images)
      let path = try library.file(set, keptIn: store)
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      var bad = good
      bad[70] ^= 1
      try bad.write(to: URL(fileURLWithPath: path))
      let refused = #expect(throws: DataSetError.self) {
        try DataLibrary().file(set, keptIn: store)
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
    let set = try DataLibrary().find("/usr/share/datasets/fashion-mnist", .images)
    #expect(set.name == "fashion-mnist")
  }

  @Test func text_plainOrPacked_isTheSameSet() throws {
    try withImages { images in
      let path = images.path + "/corpus.txt"
      try Data("naïve".utf8).write(to: URL(fileURLWithPath: path))
      let library = DataLibrary()
      let set = try library.find(path, .text)
      #expect(set.kind == .text && set.sizeBytes == 6 && set.name == "text-6-\(set.hash)")
      #expect(DataSet(name: set.name) == set)
      let kept = try library.file(set, keptIn: images.path + "/data")
      #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == Data("naïve".utf8))
      #expect(Command.runBlocking(["gzip", path]).status == 0)
      #expect(try DataLibrary().find(path + ".gz", .text) == set)
      for (content, words) in [
        (Data(), "is empty"), (Data([0x61, 0xFF]), "is no text in UTF-8"),
      ] {
        try content.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DataSetError.self) { try DataLibrary().find(path, .text) }
        #expect(error?.description.contains(words) == true)
      }
      // A set of one kind is none of another, and a folder is no text.
      #expect(throws: DataSetError.self) { try library.find(set.name, .images) }
      #expect(throws: DataSetError.self) { try library.find(images.path, .text) }
    }
  }
}
