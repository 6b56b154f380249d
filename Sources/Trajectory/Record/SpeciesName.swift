/// Whether a text can name a species or a group: ASCII letters, digits and some signs. It becomes a part of lines, of
/// columns and of names of files.
package func isSpeciesName(_ text: String) -> Bool {
  !text.isEmpty && text.utf8.count <= 100
    && text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "+-_.()[]".utf8.contains(byte)
    }
}
