/// One kind of bytes that Quanta reads from a person, a disk or another machine.
protocol Surface: SendableMetatype {
  /// What `--surface` calls it; also the name of its corpus's folder.
  static var name: String { get }
  /// The folders of the corpus with inputs to start from.
  static var folders: [String] { get }
  /// How many of a thousand inputs are its.
  static var share: Int { get }

  /// Prepares the surface with further inputs to start from.
  init(corpus: [[UInt8]]) throws

  /// The readers that share it, where there are several: each can be tried by itself.
  static var readers: [String] { get }

  /// An input; the same for the same random numbers.
  func input(_ random: inout Random) -> [UInt8]

  /// An input for one of its readers.
  func input(_ random: inout Random, reader: Int) -> [UInt8]

  /// Feeds an input to the program. Throws a ``Violation`` when it is accepted or refused in a way
  /// in which it must not be; a crash or a hang is for the watching process to see.
  func check(_ input: [UInt8]) throws
}

extension Surface {
  static var folders: [String] { [name] }
  static var readers: [String] { [] }
  func input(_ random: inout Random, reader: Int) -> [UInt8] { input(&random) }
}

/// What a campaign tries with inputs of its own: a surface, or one of its readers.
struct FuzzTarget {
  let surface: any Surface.Type
  /// Its number among the surfaces.
  let number: Int
  let reader: Int?

  /// `metrics`, or `metrics/csv`.
  var name: String { surface.name + (reader.map { "/" + surface.readers[$0] } ?? "") }

  /// Every surface.
  static let all = allSurfaces.enumerated().map {
    FuzzTarget(surface: $1, number: $0, reader: nil)
  }

  /// The readers of a surface by themselves; itself where it has one alone.
  var readers: [FuzzTarget] {
    guard reader == nil, !surface.readers.isEmpty else { return [self] }
    return surface.readers.indices.map {
      FuzzTarget(surface: surface, number: number, reader: $0)
    }
  }

  /// Those that a name means; none for one that is not known.
  static func named(_ name: String) -> FuzzTarget? {
    (all + all.flatMap(\.readers)).first { $0.name == name }
  }
}

/// All surfaces, in the order in which a campaign tries them.
let allSurfaces: [any Surface.Type] = [
  SweepSurface.self, ClusterSurface.self, TableSurface.self, FrameSurface.self,
  SpoolSurface.self, CheckpointSurface.self, StoreSurface.self, ImportSurface.self,
  MetricsSurface.self, WeightsSurface.self,
]

/// What must not happen on any input.
struct Violation: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a violation unless a condition holds.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(Violation) {
  if !condition { throw Violation(what()) }
}

/// How many lines a text has at most, by any reader's idea of a line's end.
func lineCount(_ bytes: [UInt8]) -> Int {
  // LF and CR, and the last bytes of NEL, LS and PS.
  bytes.reduce(1) { $0 + ([0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains($1) ? 1 : 0) }
}
