/// Room      : framepack.tensor.nn — layers: parameters plus forward, named as in checkpoints.
/// May see   : framepack.tensor, core, op, backend, random.  Never: a particular backend, models, files.
/// One file  : one layer; Params hands out weights by name.
/// Proved by : tests/golden through the models. Speed: no work here, only dispatch.
/// Read first: Params, Linear.
package framepack.tensor.nn;
