/// Room      : framepack.opencl.cl — a device of OpenCL: loading, memory, programs, launches.
/// May see   : framepack.tensor.core, framepack.tensor.backend; JoclApi and JoclMemory alone see org.jocl.  Never: operations.
/// One file  : one noun of OpenCL.
/// Proved by : tests/opencl (loading, signal handlers, names of devices). Speed: microseconds a launch.
/// Read first: ClContext, OpenCl.
package framepack.opencl.cl;
