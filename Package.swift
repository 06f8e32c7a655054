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
  dependencies: [],
  targets: [
    .target(name: "SweepModel", swiftSettings: settings),
    .target(name: "Transport", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Workloads", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Fitting", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Analysis", dependencies: ["Fitting", "SweepModel"], swiftSettings: settings),
    .target(
      name: "Reports", dependencies: ["Analysis", "Fitting", "SweepModel"], swiftSettings: settings),
    .testTarget(name: "FittingTests", dependencies: ["Fitting"], swiftSettings: settings),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis"], swiftSettings: settings),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"], swiftSettings: settings),
  ]
)
