/// Room      : framepack.tests.demo — the main job with tiny plans.
/// May see   : everything public.  Never: internals of the stages.
/// One file  : one promise of the demo.
/// Proved by : nothing; it is the proof.
/// Read first: DemoRunTest.
package framepack.tests.demo;
