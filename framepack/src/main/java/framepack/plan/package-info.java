/// Room      : framepack.plan — what a packing costs, exactly, before anything is run.
/// May see   : framepack.pack, order, model, train, sampler, experiment (the nano model, report); tensor.  Never: cli.
/// One file  : one part of the answer, one way to show it, or one kind of model that can be planned.
/// Proved by : tests/plan (hand counts, a real run's memory), tests/paper (T1, T2, T3, T21), tests/cli.
/// Read first: Planner, then PlannedModel.
package framepack.plan;
