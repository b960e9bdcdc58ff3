/// Room      : framepack.opencl — the OpenCL backend; the only room that sees JOCL.
/// May see   : framepack.tensor.{core, op, backend}, org.jocl.  Never: Tensor, cpu, framepack.
/// One file  : `<Op>OpenCl` and its kernel `<op>.cl`.
/// Proved by : tests/parity against framepack.tensor.reference.
/// Read first: framepack.tensor.backend.BackendProvider.
package framepack.opencl;
