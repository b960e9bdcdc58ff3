/// Room      : framepack.demo — the main job end to end: a real clip, memory, drift, a report.
/// May see   : framepack.experiment, media, pack, tensor.backend.  Never: cli, a particular backend.
/// One file  : plan (what), run (how), results (what came out), report (how it is shown).
/// Proved by : tests/demo and the README's first command.
/// Read first: DemoRun.
package framepack.demo;
