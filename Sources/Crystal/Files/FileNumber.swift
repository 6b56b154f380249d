import Support

/// A finite number as files write it (`1.5`, `1.`, `-2e-3`, also Fortran's `1.0D-03`); nil for anything else.
func fileNumber(_ field: some StringProtocol) -> Double? { decimalNumber(field, fortran: true) }
