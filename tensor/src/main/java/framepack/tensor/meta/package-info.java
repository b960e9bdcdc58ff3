/// Room      : framepack.tensor.meta — the backend that counts instead of computing.
/// May see   : framepack.tensor.core, op, backend.  Never: values.
/// One file  : MetaBackend and the cost record.
/// Proved by : tests/meta (hand counts). Speed: microseconds per operation.
/// Read first: MetaBackend.
package framepack.tensor.meta;
