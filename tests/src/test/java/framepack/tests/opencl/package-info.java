/// Room      : framepack.tests.opencl — the OpenCL backend on the devices of this machine.
/// May see   : everything.  Never: a device that is not there; without one these tests say so and are skipped.
/// One file  : one property: parity, golden cases, training, bounds and races, signal handlers, names.
/// Proved by : OclgrindTest, whose detector must find two planted bugs.
/// Read first: OpenClParityTest, Devices.
package framepack.tests.opencl;
