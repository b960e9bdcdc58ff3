/// Room      : framepack.bench.kernel — what every operation costs at the shapes of real models.
/// May see   : framepack.tensor, through its public API: Backend, Op, Workspace.
/// One file  : `<Op>Bench`, or a family of small operations; each shape by name.
/// Proved by : every result is compared with the reference before it is timed; `OpProofTest` wants every op here.
/// Read first: KernelBench, LinearBench.
package framepack.bench.kernel;
