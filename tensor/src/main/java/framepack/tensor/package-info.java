/// Room      : framepack.tensor — the façade: Tensor, Workspace, and the Recorder hook.
/// May see   : core, op, backend.  Never: a particular backend, autograd, models.
/// One file  : one noun of model code.
/// Proved by : tests/tensor. Speed: no work here, only dispatch.
/// Read first: Tensor.
package framepack.tensor;
