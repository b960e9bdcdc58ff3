/// Room      : framepack.tensor.cpu — the Vector API kernels and the only threads.
/// May see   : framepack.tensor.{core, op, backend}.  Never: Tensor, reference, autograd, opencl.
/// One file  : <Op>Cpu launches an op; what several ops share (Gemm, Panels, LaneMath) has its own.
/// Proved by : tests framepack.tensor.cpu (plain double loops, 128/256/512 bit) and the parity tests.
/// Read first: Threads, then Gemm, then AttentionForward.
package framepack.tensor.cpu;
