import ManifestFormat

extension ManifestKind where Value == Int? {
  /// A number of processes from 1, or `auto` for nil.
  static var automaticCount: Self {
    ManifestKind(
      "whole number from 1, or `auto`", read: { $0.text == "auto" ? nil : try $0.integer(1...1_000_000) },
      write: { .text($0.map(String.init) ?? "auto") })
  }
}
