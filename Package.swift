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

let package = Package(
  name: "quanta",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0")
  ],
  targets: [
    .target(name: "SweepModel", swiftSettings: settings),
    .target(name: "Wire", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(
      name: "Scheduler",
      dependencies: ["SweepModel", .product(name: "HeapModule", package: "swift-collections")],
      swiftSettings: settings),
    .target(name: "Transport", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Kernels", swiftSettings: settings),
    .target(name: "Workloads", dependencies: ["SweepModel"], swiftSettings: settings),
    .executableTarget(
      name: "quanta-worker", dependencies: ["Kernels", "SweepModel", "Wire", "Workloads"],
      swiftSettings: settings),
    .testTarget(name: "WireTests", dependencies: ["SweepModel", "Wire"], swiftSettings: settings),
    .testTarget(
      name: "SchedulerTests", dependencies: ["Scheduler", "SweepModel"], swiftSettings: settings),
  ]
)
