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
    .systemLibrary(
      name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
    .target(
      name: "SSHTransport", dependencies: ["CLibSSH", "SweepModel", "Transport"],
      swiftSettings: settings),
    .target(name: "Workloads", dependencies: ["SweepModel"], swiftSettings: settings),

    .target(
      name: "LabSupport", dependencies: ["Transport"], path: "Tests/LabSupport",
      swiftSettings: settings),
    .testTarget(
      name: "TransportTests", dependencies: ["LabSupport", "SweepModel", "Transport"],
      swiftSettings: settings),
    .testTarget(
      name: "SSHTransportTests",
      dependencies: ["LabSupport", "SSHTransport", "SweepModel", "Transport"],
      swiftSettings: settings),
  ]
)
