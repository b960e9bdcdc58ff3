/// Room      : framepack.tensor.io — tensors in files, and files written whole or not at all.
/// May see   : framepack.tensor, core, Jackson's streaming parser.  Never: a backend, a model, names of weights.
/// One file  : one format, or one step of reading it.
/// Proved by : tests/io (round trips), tests/fault (hostile files, full disk). Speed: mapped, nothing is copied.
/// Read first: SafeTensors.
package framepack.tensor.io;
