// Whoever uses structures uses elements and ions: one import serves for both.
@_exported import Ions
