// swift-tools-version: 6.2
import PackageDescription

/// One settings block for every target: Swift 6, warnings are errors, upcoming features on.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// What computes is optimised in debug builds too: tests that train networks or resample fits would take
/// a hundred times as long, and those that simulate clusters nine times.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"])]

/// A library of this project.
func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// A library without any unsafe code, as the compiler proves.
func safe(
  _ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies,
    swiftSettings: settings + [.strictMemorySafety()] + more)
}

/// A program of this project.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a target.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: settings)
}

let package = Package(
  name: "quanta",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Bytes, checksums, seeded draws, numbers and words; optimised, as fits draw with it.
    safe("Basics", [], optimised),
    // System calls: descriptors, whole files, children, threads, clock; those of the kernels are theirs.
    .target(name: "CPosix"),
    library("Posix", ["Basics", "CPosix"]),
    // What everything speaks of.
    safe("SweepModel", ["Basics"], optimised),
    library("Wire", ["Basics", "SweepModel"]),
    // What seals links that no SSH carries, in pure Swift, as the worker links no library; optimised, as
    // every byte passes it.
    .target(name: "Ciphers", swiftSettings: settings + optimised),
    // What a worker does, as a pure value: of the program on the hosts and of the simulator.
    safe("Worker", ["SweepModel", "Wire"], optimised),
    // What jobs cost where nobody can say it beforehand, learnt from those that are done; pure, and
    // optimised, as every run fits with it while it goes on.
    safe(
      "Costs",
      [
        "Basics", "SweepModel", .product(name: "HeapModule", package: "swift-collections"),
      ], optimised),
    // The GPUs of a machine.
    library("Devices", ["Posix", "SweepModel"]),
    // Which folder of a host is Quanta's, for whoever opens files in it.
    library("WorkFolder", ["Posix"]),

    // What programs write of their metrics; optimised, as it reads gigabytes.
    safe("Metrics", ["Basics", "Posix"], optimised),

    // Jobs.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2"])]),
    .target(name: "Kernels", dependencies: ["CKernels"], swiftSettings: settings + optimised),
    safe("Training", ["Basics", "Kernels", "Posix"]),
    // Quanta found in networks from per-sample gradients; pure, and optimised, as it works on
    // matrices of a hundred million numbers.
    safe("Discovery", ["Basics", "Kernels"], optimised),
    // The theory of grokking, which jobs and analyses share; pure, and optimised, as networks answer all
    // pairs in it.
    safe("Grokking", ["Kernels"], optimised),
    safe(
      "Workloads",
      ["Basics", "Grokking", "Kernels", "Metrics", "Posix", "SweepModel", "Training"]),
    program(
      "quanta-worker",
      [
        "Basics", "Ciphers", "Devices", "Kernels", "Posix", "SweepModel", "Wire", "Worker",
        "WorkFolder", "Workloads",
      ]),

    // Where and when they run.
    safe(
      "Scheduler",
      [
        "Basics", "Costs", "SweepModel",
        .product(name: "HeapModule", package: "swift-collections"),
      ], optimised),
    .systemLibrary(name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
    library("Transport", ["Basics", "CLibSSH", "Posix", "SweepModel", "WorkFolder"]),

    // What batch systems lend: allocations asked for, found, ended.
    library("Batch", ["Basics", "Posix", "SweepModel", "Transport", "Wire"]),

    // The proof that nothing is lost: the scheduler on simulated clusters that fail.
    safe(
      "Simulator",
      [
        "Basics", "Batch", "Scheduler", "SweepModel", "Wire", "Worker",
        .product(name: "HeapModule", package: "swift-collections"),
      ], optimised),
    // For developers: the simulator's command line, real hosts that fail, damaged input for all
    // readers, benchmarks.
    program(
      "quanta-lab",
      [
        "Analysis", "Basics", "Coordinator", "Discovery", "Fitting", "Imports", "Kernels",
        "Metrics", "Posix", "Scheduler", "Simulator", "Store", "SweepFiles", "SweepModel", "Tables",
        "Transport",
        "Wire",
        "Workloads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // What is asked and what is kept.
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    safe("Digests", ["CLibCrypto"]),
    library(
      "SweepFiles",
      [
        "Basics", "Digests", "Posix", "SweepModel", .product(name: "Yams", package: "Yams"),
      ],
      // The files of presets and batch systems become part of the program, which stays one file.
      resources: [.embedInCode("Presets"), .embedInCode("Systems")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    library("DataSets", ["Basics", "CZlib", "Digests", "Posix", "SweepModel"]),
    library(
      "Store", ["Basics", "Posix", "SweepModel", .product(name: "GRDB", package: "GRDB.swift")]),
    safe("Fitting", ["Basics", "SweepModel"], optimised),
    // Tables as people have them; optimised, as it reads a million rows in tests too.
    .target(
      name: "Tables", dependencies: ["Basics", "CZlib", "Posix"],
      swiftSettings: settings + optimised),
    safe("Analysis", ["Basics", "Digests", "Fitting", "SweepModel", "Tables"]),
    // What other tools recorded, as results of a sweep's jobs.
    safe(
      "Imports", ["Basics", "Digests", "Metrics", "Posix", "SweepFiles", "SweepModel", "Tables"]),
    safe("Reports", ["Analysis", "Basics", "CZlib", "Fitting", "SweepModel"]),
    library(
      "Coordinator", ["Basics", "Posix", "Scheduler", "Store", "SweepModel", "Transport", "Wire"]),

    // What can be said of a stored sweep, and what can be done.
    library(
      "Findings",
      [
        "Analysis", "Basics", "Costs", "Fitting", "Posix", "Reports", "Store", "SweepFiles",
        "SweepModel", "Workloads",
      ]),
    // What is found inside networks whose weights a sweep has kept.
    library(
      "Inspection",
      [
        "Basics", "Discovery", "Findings", "Grokking", "Kernels", "Reports", "Store", "SweepModel",
        "Workloads",
      ]),
    library(
      "Operations",
      [
        "Analysis", "Basics", "Batch", "Coordinator", "Costs", "DataSets", "Devices", "Digests",
        "Findings", "Fitting", "Imports", "Kernels", "Posix", "Scheduler", "Store", "SweepFiles",
        "SweepModel",
        "Transport", "Workloads",
      ]),
    program(
      "quanta",
      [
        "Analysis", "Basics", "Discovery", "Findings", "Fitting", "Grokking", "Inspection",
        "Operations", "Posix", "Reports",
        "Scheduler", "Store", "SweepFiles", "SweepModel", "Tables", "Transport", "Workloads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Test support: hosts on this machine, stand-ins.
    .target(
      name: "LabSupport", dependencies: ["Posix", "Transport"], path: "Tests/LabSupport",
      swiftSettings: settings),
    tests(
      "AnalysisTests", ["Analysis", "Basics", "Fitting", "Reports", "SweepModel", "Tables"]),
    // Reads every source, so optimised.
    .testTarget(name: "ArchitectureTests", swiftSettings: settings + optimised),
    tests("BasicsTests", ["Basics"]),
    tests("BatchTests", ["Batch", "SweepFiles", "SweepModel", "Transport"]),
    tests("CiphersTests", ["CLibCrypto", "Ciphers"]),
    tests(
      "CoordinatorTests",
      ["Coordinator", "Posix", "Scheduler", "Store", "SweepModel", "Transport", "Wire", "Worker"]),
    tests("CostsTests", ["Basics", "Costs", "SweepModel"]),
    tests("DevicesTests", ["Devices", "SweepModel"]),
    tests("DigestsTests", ["Basics", "Digests"]),
    // Trains networks, so optimised.
    .testTarget(
      name: "DiscoveryTests", dependencies: ["Discovery", "Kernels", "SweepModel", "Workloads"],
      swiftSettings: settings + optimised),
    tests("DataSetsTests", ["DataSets", "LabSupport", "SweepModel"]),
    tests(
      "FindingsTests",
      [
        "Analysis", "Basics", "Findings", "Fitting", "LabSupport", "Reports", "Store",
        "SweepFiles", "SweepModel", "Workloads",
      ]),
    tests("FittingTests", ["Basics", "Fitting", "SweepModel"], resources: [.copy("Data")]),
    tests("GrokkingTests", ["Grokking"]),
    tests("ImportsTests", ["Imports", "SweepFiles", "SweepModel", "Workloads"]),
    tests("KernelsTests", ["Kernels"]),
    tests("MetricsTests", ["Basics", "Metrics", "Posix"], exclude: ["Programs"]),
    tests("OperationsTests", ["Findings", "Operations", "Store", "SweepFiles", "SweepModel"]),
    // The programs themselves; listing them makes SwiftPM build them before these tests run.
    tests(
      "QuantaTests",
      [
        "Analysis", "Ciphers", "Findings", "Fitting", "Kernels", "LabSupport", "Posix", "Reports",
        "Store", "SweepFiles",
        "SweepModel", "Wire", "WorkFolder", "Workloads", "quanta", "quanta-lab", "quanta-worker",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    tests("PosixTests", ["Posix"]),
    tests(
      "ReportsTests",
      ["Analysis", "Basics", "CZlib", "Fitting", "Reports", "SweepModel", "Tables"]),
    tests("SchedulerTests", ["Basics", "Scheduler", "SweepModel"]),
    tests(
      "SimulatorTests",
      [
        "Batch", "LabSupport", "Scheduler", "Simulator", "SweepModel", "Wire", "Worker",
        "quanta-lab",
      ]),
    tests(
      "StoreTests",
      [
        "Basics", "LabSupport", "Simulator", "Store", "SweepModel",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests(
      "SweepFilesTests", ["Basics", "SweepFiles", "SweepModel", "Workloads"],
      resources: [.copy("Fixtures")]),
    tests("TablesTests", ["Tables"]),
    tests("TrainingTests", ["Basics", "Kernels", "Training"], exclude: ["Reference"]),
    tests("TransportTests", ["LabSupport", "Posix", "SweepModel", "Transport"]),
    tests("WireTests", ["Basics", "LabSupport", "SweepModel", "Wire"]),
    tests("WorkerTests", ["SweepModel", "Wire", "Worker"]),
    tests(
      "WorkloadsTests",
      [
        "Basics", "Grokking", "Kernels", "LabSupport", "Metrics", "Posix", "Reports", "SweepModel",
        "Training",
        "Workloads",
      ],
      exclude: ["Reference"]),
  ]
)
