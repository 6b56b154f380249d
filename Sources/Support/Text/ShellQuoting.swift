/// A string quoted as one word of a shell command line.
package func shellQuoted(_ text: String) -> String {
  let safe = text.unicodeScalars.allSatisfy {
    $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-+=./:,%@".unicodeScalars.contains($0))
  }
  return safe && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
