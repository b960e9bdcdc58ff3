/// Room      : framepack.tensor.backend — the contract of a backend and how one is found.
/// May see   : framepack.tensor.core and op.  Never: Tensor, any particular backend.
/// One file  : one part of the contract.
/// Proved by : tests/backend, tests/parity. Speed: dispatch only.
/// Read first: Backend.
package framepack.tensor.backend;
