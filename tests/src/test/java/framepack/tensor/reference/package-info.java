/// Room      : tests of framepack.tensor.reference, from inside its package.
/// May see   : everything package-private there.
/// One file  : what no golden case and no gradient shows: conversions, errors, special functions.
/// Proved by : numbers worked out by hand or taken from tables.
/// Read first: CellsTest.
package framepack.tensor.reference;
