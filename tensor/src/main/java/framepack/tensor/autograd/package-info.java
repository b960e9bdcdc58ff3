/// Room      : framepack.tensor.autograd — reverse-mode differentiation.
/// May see   : framepack.tensor, core, op.  Never: a particular backend, models.
/// One file  : Tape records and replays; Gradients is the table of rules.
/// Proved by : tests/gradient (central differences in f64), tests/golden (torch autograd).
/// Read first: Gradients.
package framepack.tensor.autograd;
