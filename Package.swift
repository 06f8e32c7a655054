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

/// The kernels are optimised in debug builds too: unoptimised SIMD would make the tests that train
/// networks a hundred times slower.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"])]

let package = Package(
  name: "quanta",
  dependencies: [],
  targets: [
    .target(name: "SweepModel", swiftSettings: settings),
    .target(name: "Transport", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Kernels", swiftSettings: settings + optimised),
    .target(name: "Training", dependencies: ["Kernels"], swiftSettings: settings),
    .target(
      name: "Workloads", dependencies: ["Kernels", "SweepModel", "Training"],
      swiftSettings: settings),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"], swiftSettings: settings),
    .testTarget(
      name: "TrainingTests", dependencies: ["Kernels", "Training"], swiftSettings: settings),
    .testTarget(
      name: "WorkloadsTests", dependencies: ["Kernels", "SweepModel", "Training", "Workloads"],
      exclude: ["Reference"], swiftSettings: settings),
  ]
)
