import Foundation
import Results
import Support

/// Writing gnuplot scripts.
package enum Gnuplot {
  /// On A4 a figure is as wide as the text, some 680 pixels: letters are then of 10 pt.
  private static func fontSize(_ width: Int) -> String {
    String(format: "%.1f", 14.5 * Double(width) / 720)
  }

  /// The lines that every figure begins with: size, fonts, axes, grid, and settings that keep the output the
  /// same on every machine.
  package static func preamble(name: String, width: Int, height: Int) -> String {
    """
    set encoding utf8
    set terminal svg size \(width),\(height) dynamic enhanced font 'sans-serif,\(fontSize(width))' background '#ffffff' \
    linewidth 1.2 dashlength 0.7
    set output '\(name).svg'
    data = '\(name).dat'
    set datafile missing 'NaN'
    set border 3 linecolor rgb '#5b6470'
    set tics nomirror textcolor rgb '#3a424d'
    set grid linecolor rgb '#e4e7eb' linetype 1 linewidth 0.8
    set key textcolor rgb '#1f2730' samplen 2.2 spacing 1.15
    set style fill transparent solid 0.15 noborder
    set lmargin 9.5
    set bmargin 3.6
    set rmargin 3

    """
  }

  /// A quoted string whose characters gnuplot's enhanced text mode prints literally.
  package static func literal(_ text: String) -> String {
    var escaped = ""
    for character in oneLine(text) {
      if "\\^_{}@&~".contains(character) { escaped.append("\\") }
      escaped.append(character == "'" ? "’" : character)
    }
    return quoted(escaped)
  }

  /// A quoted string in which `_{}` and `^{}` work.
  private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// Control characters would end a string, a comment or a line of data, and are not allowed in XML.
  static func oneLine(_ text: String) -> String { Support.oneLine(text) }

  /// The legend, which is never over data: above the axes, or beside them where it is long.
  static func key(isBeside: Bool) -> String {
    isBeside
      ? "set rmargin -1\nset key outside right top Left reverse"
      : "set key outside top left Left reverse horizontal"
  }

  /// `plot` over several lines; a plot of nothing still gives axes.
  package static func plot(_ elements: [String]) -> String {
    "plot " + (elements.isEmpty ? "NaN notitle" : elements.joined(separator: ", \\\n  ")) + "\n"
  }
}
