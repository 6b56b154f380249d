import Mechanism

// ¹¹B at 11.7 T: the Larmor frequency and the quadrupolar coupling, in Hz.
let boron = try SpinLatticeRelaxation(larmor_Hz: 160.4e6, quadrupolarCoupling_Hz: 1.4e6, asymmetry: 0.2)
print("T1 = \(boron.relaxationTime_s(correlationTime_s: 1e-11)) s at τ = 10 ps")
if let times = boron.correlationTimes_s(relaxationTime_s: 0.1) {
  print("T1 = 0.1 s at τ = \(times.fast) s, or \(times.slow) s")
}
