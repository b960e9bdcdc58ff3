/// Room      : framepack.tensor.reference — the definition of every operation.
/// May see   : framepack.tensor.core, op, backend.  Never: Tensor, cpu, opencl, incubator.
/// One file  : <Op>Reference: plain loops, sums in double, one rounding at the end.
/// Proved by : tests/golden (against PyTorch), tests/gradient. Speed is no concern here.
/// Read first: MatMulReference, Cells.
package framepack.tensor.reference;
