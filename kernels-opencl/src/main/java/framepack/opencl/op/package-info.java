/// Room      : framepack.opencl.op — the host side of the kernels: validate, lay out arguments, launch.
/// May see   : framepack.tensor.core, op, backend and framepack.opencl.cl.  Never: Tensor, org.jocl.
/// One file  : one family of operations; its kernels are in resources/framepack/opencl/kernels under the same word.
/// Proved by : tests/opencl: parity with the reference on PoCL in both shapes, bounds and races under Oclgrind.
/// Read first: Call, ElementwiseOpenCl.
package framepack.opencl.op;
