/// Room      : framepack.opencl.tuning — which shape of the kernels is fastest on a device.
/// May see   : framepack.tensor.core, op, backend; framepack.opencl.cl.  Never: the backend itself, which is handed in.
/// One file  : the search, its candidates, the work that is timed.
/// Proved by : tests/opencl (a winner computes the same and is found again; a candidate that ends the process is left out).
/// Read first: Tuner.
package framepack.opencl.tuning;
