/// Room      : framepack.opencl — every operation on any OpenCL 1.2 device.
/// May see   : framepack.tensor.core, op, backend; its own rooms cl and op.  Never: Tensor, cpu, reference.
/// One file  : the backend, and how it is found.
/// Proved by : tests/opencl. Speed: bench, see docs/opencl.md for what was and was not run on a GPU.
/// Read first: OpenClBackend.
package framepack.opencl;
