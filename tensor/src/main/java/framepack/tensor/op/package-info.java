/// Room      : framepack.tensor.op — what is computed: one record per operation.
/// May see   : framepack.tensor.core.  Never: kernels, tensors, backends.
/// One file  : one operation: parameters, shape rule, flops, error budget, source.
/// Proved by : tests/parity (every backend against reference), tests/gradient, tests/golden.
/// Read first: Op, Linear, Attention.
package framepack.tensor.op;
