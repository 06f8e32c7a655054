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
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    .target(name: "SweepModel", swiftSettings: settings),
    .target(
      name: "SweepFiles",
      dependencies: [
        "SweepModel",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "SweepFilesTests",
      dependencies: ["SweepFiles", "SweepModel"],
      resources: [.copy("Fixtures")],
      swiftSettings: settings),
    .target(name: "Transport", dependencies: ["SweepModel"], swiftSettings: settings),
    .target(name: "Workloads", dependencies: ["SweepModel"], swiftSettings: settings),
  ]
)
