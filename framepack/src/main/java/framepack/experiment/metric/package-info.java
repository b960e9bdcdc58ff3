/// Room      : framepack.experiment.metric — what a generated video is judged by.
/// May see   : framepack.experiment.dataset.  Never: tensors, models, how a video was made.
/// One file  : one metric, closed form stated in its comment.
/// Proved by : tests framepack.tests.experiment.metric.
/// Read first: SquaredError.
package framepack.experiment.metric;
