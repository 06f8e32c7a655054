/// Which targets there are, and what each may import: the architecture as a table.
///
/// A new target gets a line here, in `Package.swift` and in README's picture.
enum Layers {
  /// A line a target: its name, then what it imports, modules of other packages in brackets.
  static let sources = rows(
    """
    Basics
    SweepModel     Basics
    Wire           Basics SweepModel
    Ciphers
    Worker         SweepModel Wire
    Costs          Basics SweepModel [HeapModule]
    Devices        Posix SweepModel
    WorkFolder     Posix
    CKernels
    CPosix
    Posix          Basics CPosix
    Metrics        Basics Posix
    CLibSSH
    CZlib
    CLibCrypto
    Digests        CLibCrypto
    Kernels        CKernels
    Training       Basics Kernels Posix
    Discovery      Basics Kernels
    Grokking       Kernels
    Workloads      Basics Grokking Kernels Metrics Posix SweepModel Training
    quanta-worker  Basics Ciphers Devices Kernels Posix SweepModel Wire Worker WorkFolder Workloads
    Scheduler      Basics Costs SweepModel [HeapModule]
    Transport      Basics CLibSSH Posix SweepModel WorkFolder
    Batch          Basics Posix SweepModel Transport Wire
    Simulator      Basics Batch Scheduler SweepModel Wire Worker [HeapModule]
    SweepFiles     Basics Digests Posix SweepModel [Yams]
    DataSets       Basics CZlib Digests Posix SweepModel
    Store          Basics Posix SweepModel [GRDB]
    Fitting        Basics SweepModel
    Tables         Basics CZlib Posix
    Analysis       Basics Digests Fitting SweepModel Tables
    Imports        Basics Digests Metrics Posix SweepFiles SweepModel Tables
    Reports        Analysis Basics CZlib Fitting SweepModel
    Coordinator    Basics Posix Scheduler Store SweepModel Transport Wire
    Findings       Analysis Basics Costs Fitting Posix Reports Store SweepFiles SweepModel Workloads
    Inspection     Basics Discovery Findings Grokking Kernels Reports Store SweepModel Workloads
    Operations     Analysis Basics Batch Coordinator Costs DataSets Devices Digests Findings Fitting \
    Imports Kernels Posix Scheduler Store SweepFiles SweepModel Transport Workloads
    quanta         Analysis Basics Discovery Findings Fitting Grokking Inspection Operations Posix \
    Reports Scheduler \
    Store SweepFiles SweepModel Tables Transport Workloads [ArgumentParser]
    quanta-lab     Analysis Basics Coordinator Discovery Fitting Imports Kernels Metrics Posix Scheduler \
    Simulator Store SweepFiles SweepModel Tables Transport Wire Workloads [ArgumentParser]
    """)

  /// The targets that may import Foundation. No part of the worker does: it is shipped to hosts.
  static let foundation: Set = [
    "Coordinator", "DataSets", "Findings", "Inspection", "Operations", "Store", "quanta",
    "quanta-lab",
  ]

  /// Modules of the system and the toolchain, which no manifest names.
  static let system: Set = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

  /// What a product of another package is imported as, where that is not its own name.
  static let modules = ["Yams": ["CYaml"]]

  /// Programs that a test target lists for SwiftPM to build them, and starts.
  static let started = [
    "QuantaTests": ["quanta-lab", "quanta-worker"],
    "SimulatorTests": ["quanta-lab"],
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
