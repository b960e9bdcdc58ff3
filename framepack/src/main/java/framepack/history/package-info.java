/// Room      : framepack.history — what a model is shown of the history: codebooks, noise, history guidance.
/// May see   : framepack.{tensor, pack}, experiment.dataset (Frames).  Never: models, cli.
/// One file  : one treatment, or one part of fitting a codebook.
/// Proved by : tests framepack.tests.history, paper claims T15, T16, T18.
/// Read first: HistoryTreatment.
package framepack.history;
