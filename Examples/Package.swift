// swift-tools-version: 6.1
import PackageDescription

/// Programs of their own that use the libraries, as their documentation shows them. By itself they depend on the
/// repository beside this folder, by its tag; the tests set both variables.
let url = Context.environment["PADDLEWHEEL_URL"] ?? "file://\(Context.packageDirectory)/../../paddlewheel"
let version = Context.environment["PADDLEWHEEL_VERSION"] ?? "0.1.0"

let package = Package(
  name: "paddlewheel-examples",
  dependencies: [.package(url: url, exact: Version(stringLiteral: version))],
  targets: [
    .executableTarget(
      name: "crystal-example", dependencies: [.product(name: "Crystal", package: "paddlewheel")]),
    .executableTarget(
      name: "trajectory-example",
      dependencies: [
        .product(name: "Trajectory", package: "paddlewheel"),
        .product(name: "Analysis", package: "paddlewheel"),
      ]),
    .executableTarget(
      name: "analysis-example", dependencies: [.product(name: "Analysis", package: "paddlewheel")]),
    .executableTarget(
      name: "relaxation-example", dependencies: [.product(name: "Analysis", package: "paddlewheel")]),
  ],
  cxxLanguageStandard: .cxx17
)
