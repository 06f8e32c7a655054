/// Which targets there are, and what each may import: the architecture as a table.
///
/// A new target gets a line here, in `Package.swift` and in README's picture.
enum Layers {
  /// A line a target: its name, then what it imports, modules of other packages in brackets.
  static let sources = rows(
    """
    SweepModel
    Wire           SweepModel
    WorkFolder
    CKernels
    CProcess
    CLibSSH
    CZlib
    Kernels        CKernels
    Training       Kernels
    Grokking       Kernels
    Workloads      Grokking Kernels SweepModel Training
    quanta-worker  CProcess Kernels SweepModel Wire WorkFolder Workloads
    Scheduler      SweepModel [HeapModule]
    Transport      SweepModel WorkFolder
    SSHTransport   CLibSSH SweepModel Transport WorkFolder
    Simulator      Scheduler SweepModel [HeapModule]
    SweepFiles     SweepModel [Crypto] [Yams]
    DataSets       CZlib SweepModel [Crypto]
    Store          SweepModel [GRDB]
    Fitting        SweepModel
    Tables         CZlib SweepModel
    Analysis       Fitting SweepModel Tables [Crypto]
    Reports        Analysis Fitting SweepModel
    Coordinator    Scheduler Store SweepModel Transport Wire
    quanta         Analysis Coordinator DataSets Fitting Grokking Kernels Reports Scheduler \
    SSHTransport Store SweepFiles SweepModel Tables Transport Workloads [ArgumentParser] [Crypto]
    quanta-sim     Simulator [ArgumentParser]
    quanta-fuzz    Analysis Fitting Kernels Store SweepFiles SweepModel Tables Wire Workloads \
    [ArgumentParser]
    quanta-bench   Analysis Coordinator Fitting Scheduler Store SweepFiles SweepModel Tables \
    Transport Wire Workloads [ArgumentParser]
    """)

  /// The targets that may import Foundation. No part of the worker does: it is shipped to hosts.
  static let foundation: Set = [
    "Coordinator", "DataSets", "Store", "quanta", "quanta-bench", "quanta-fuzz", "quanta-sim",
  ]

  /// Modules of the system and the toolchain, which no manifest names.
  static let system: Set = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

  /// What a product of another package is imported as, where that is not its own name.
  static let modules = ["Yams": ["CYaml"]]

  /// Programs that a test target lists for SwiftPM to build them, and starts.
  static let started = [
    "QuantaTests": ["quanta-bench", "quanta-fuzz", "quanta-worker"],
    "SimulatorTests": ["quanta-sim"],
  ]

  private static func rows(_ table: String) -> [String: Set<String>] {
    var rows: [String: Set<String>] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ").map {
        String($0.first == "[" ? $0.dropFirst().dropLast() : $0)
      }
      rows[words[0]] = Set(words.dropFirst())
    }
    return rows
  }
}
