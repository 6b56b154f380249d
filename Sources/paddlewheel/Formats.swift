import Foundation

/// A duration, rounded: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
func duration(_ seconds_s: Double?) -> String {
  guard let seconds_s, seconds_s.isFinite, seconds_s >= 0, seconds_s < 1e12 else { return "–" }
  let seconds = Int(seconds_s.rounded())
  if seconds < 90 { return "\(seconds) s" }
  let minutes = Int((seconds_s / 60).rounded())
  if minutes < 90 { return "\(minutes) min" }
  if minutes < 48 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
  return "\(minutes / 1440) d \(minutes % 1440 / 60) h"
}

/// A number of bytes, rounded, in powers of 1000.
func bytes(_ count: Double?) -> String {
  guard var size = count else { return "–" }
  for unit in ["B", "kB", "MB", "GB", "TB"] {
    if size < 999.5 || unit == "TB" { return fixed(size, unit == "B" ? 0 : 1) + " " + unit }
    size /= 1000
  }
  return "–"
}

/// A number with a fixed number of decimals; a dash for nil.
func fixed(_ value: Double?, _ decimals: Int) -> String {
  value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
}
