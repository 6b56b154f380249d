internal import CFFTW

/// The version of FFTW, `3.3.10`.
package func fftVersion() -> String {
  let text = String(cString: cfftw_version())
  return text.split(separator: "-").dropFirst().first.map(String.init) ?? text
}
