// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// The processor that release builds of the engine are compiled for. `native` is right on one machine;
/// a cluster of mixed nodes sets PADDLEWHEEL_MARCH to the oldest (`x86-64-v3`, `znver3`, …).
let march = ProcessInfo.processInfo.environment["PADDLEWHEEL_MARCH"] ?? "native"

/// The targets with hot loops: no bounds or overflow checks there. What reads input keeps every check.
let engine: [SwiftSetting] = [
  .unsafeFlags(["-Xcc", "-march=\(march)"]),
  .unsafeFlags(["-Ounchecked", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// Everything that imports the C shims must agree with the engine on the processor.
let plain: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=\(march)"])]

let package = Package(
  name: "paddlewheel",
  products: [.executable(name: "paddlewheel", targets: ["paddlewheel"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CFFTW", pkgConfig: "fftw3", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .target(name: "CGemmi"),
    .target(name: "CEngine"),
    .systemLibrary(name: "CDigest", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSpglib", pkgConfig: "spglib", providers: [.apt(["libsymspg-dev"])]),

    .target(name: "Digest", dependencies: ["CDigest"], swiftSettings: plain),
    .target(name: "MPI", dependencies: ["CMPI"], swiftSettings: engine),
    .target(name: "HDF5", dependencies: ["CHDF5", "CZlib"], swiftSettings: plain),
    .target(
      name: "Crystal", dependencies: ["CSpglib", "CGemmi"], resources: [.copy("Resources")],
      swiftSettings: plain),
    .target(
      name: "Potentials", dependencies: ["Crystal", "MPI", "CFFTW", "CEngine"],
      resources: [.copy("Resources")], swiftSettings: engine),
    .target(
      name: "Decomposition", dependencies: ["Potentials", "Crystal", "MPI", "CEngine"], swiftSettings: engine),
    .target(
      name: "Dynamics", dependencies: ["Decomposition", "Potentials", "Crystal", "MPI", "CEngine"],
      swiftSettings: engine),
    .target(
      name: "Trajectory",
      dependencies: ["Crystal", "HDF5", "Digest"],
      swiftSettings: plain),
    .target(
      name: "Analysis",
      dependencies: ["Crystal", "CFFTW", "CLAPACK", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: plain),
    .target(
      name: "Report",
      dependencies: [
        "Analysis", .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      resources: [.copy("Resources")], swiftSettings: plain),
    .target(
      name: "Study",
      dependencies: [
        "Analysis", "Trajectory", "Dynamics", "Decomposition", "Potentials", "Crystal", "MPI", "HDF5",
        "Digest",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ], swiftSettings: plain),
    .executableTarget(
      name: "paddlewheel",
      dependencies: [
        "Study", "Report", "Crystal", "Dynamics", "Analysis",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: plain),

    .executableTarget(
      name: "paddlewheel-rank-check",
      dependencies: [
        "RankChecks", "Trajectory", "Analysis", "Dynamics", "Decomposition", "Potentials", "Crystal", "MPI",
      ],
      swiftSettings: plain),
    .target(name: "RankChecks", path: "Tests/RankChecks", swiftSettings: plain),
    .target(name: "TestSupport", path: "Tests/TestSupport"),

    .testTarget(
      name: "PotentialsTests", dependencies: ["Potentials", "Crystal", "TestSupport"], swiftSettings: plain),
    .testTarget(
      name: "DecompositionTests", dependencies: ["Decomposition", "Crystal"], swiftSettings: plain),
    .testTarget(
      name: "DynamicsTests",
      dependencies: [
        "Dynamics", "Decomposition", "Potentials", "Crystal", "MPI", "Analysis", "TestSupport",
      ],
      swiftSettings: plain),
    .testTarget(
      name: "MPITests", dependencies: ["paddlewheel-rank-check", "RankChecks"], swiftSettings: plain),
    .testTarget(
      name: "RankTests",
      dependencies: ["paddlewheel-rank-check", "RankChecks", "Crystal", "TestSupport"],
      path: "Tests/Ranks",
      swiftSettings: plain),
    .testTarget(
      name: "PeerTests", dependencies: ["paddlewheel-rank-check", "RankChecks", "Crystal"],
      path: "Tests/Peers",
      exclude: [
        "lammps_point.py", "lammps_drift.py", "lammps_run.py", "compare_runs.py", "drift_table.py",
        "compare_records.py", "compare_msd.py",
      ],
      swiftSettings: plain),
    .testTarget(
      name: "CrystalTests", dependencies: ["Crystal", "TestSupport"], resources: [.copy("Resources")]),
    .testTarget(
      name: "AnalysisTests",
      dependencies: [
        "Analysis", "Crystal", "TestSupport", .product(name: "RealModule", package: "swift-numerics"),
      ],
      resources: [.copy("Resources")]),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"]),
    .testTarget(name: "TrajectoryTests", dependencies: ["Trajectory", "TestSupport"]),
    .testTarget(name: "ReportTests", dependencies: ["Report", "Analysis"]),
    .testTarget(name: "StudyTests", dependencies: ["Study"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["paddlewheel", "Study", "Crystal", "Trajectory", "Analysis", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
