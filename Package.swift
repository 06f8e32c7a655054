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
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0")
  ],
  targets: [
    .target(name: "SweepModel", swiftSettings: settings),
    .target(
      name: "Store", dependencies: ["SweepModel", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: settings),
    .testTarget(
      name: "StoreTests",
      dependencies: ["Store", "SweepModel", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: settings),
    .target(name: "Transport", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Workloads", dependencies: ["SweepModel"], swiftSettings: settings),
  ]
)
