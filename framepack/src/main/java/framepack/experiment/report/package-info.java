/// Room      : framepack.experiment.report — one HTML file that holds everything it shows.
/// May see   : framepack.pack, framepack.media, framepack.tensor.io. Never the network, never the experiments themselves.
/// One file  : one kind of figure.
/// Proved by : tests/report (well-formed, escaped, nothing fetched), and by looking at it.
/// Read first: Report.
package framepack.experiment.report;
