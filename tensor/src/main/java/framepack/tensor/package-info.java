/// Room      : framepack.tensor — the façade that model code speaks: tensors, workspaces, recorder.
/// May see   : framepack.tensor.{core, op, backend}.  Never: reference, cpu, opencl, incubator.
/// One file  : one noun of the engine.
/// Proved by : tests/parity, tests/golden (against PyTorch).
/// Read first: Tensor.
package framepack.tensor;
