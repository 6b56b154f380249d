import CEngine
import Forces
import HDF5
import MPI
import Support

/// What the program was built with, and the MPI that it finds; a line for each.
package func buildDescription() -> String {
  let variant = Installation.ofThisProgram.map { ", variant \($0.variant)" } ?? ""
  return """
    \(paddlewheelVersion)
    Swift \(compilerVersion), \(String(cString: pw_instructions()))\(variant)
    HDF5 \(hdf5Version()), FFTW \(fftVersion())
    MPI: \(MPILibrary.summary())
    """
}

private var compilerVersion: String {
  #if compiler(>=6.5)
    "6.5 or newer"
  #elseif compiler(>=6.4)
    "6.4"
  #elseif compiler(>=6.3)
    "6.3"
  #else
    "6.2 or older"
  #endif
}
