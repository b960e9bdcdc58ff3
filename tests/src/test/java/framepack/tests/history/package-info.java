/// Room      : framepack.tests.history — codebooks, discretised, noisy and dropped history.
/// May see   : everything.
/// One file  : one class of framepack.history, or one stage of its use.
/// Proved by : sums in double, brute force, files made by hand.
/// Read first: HistoryDiscretizerTest.
package framepack.tests.history;
