/// Room      : framepack.tests.meta — counted costs against counts by hand.
/// May see   : everything public.  Never: kernels.
/// One file  : one promise of the meta backend.
/// Proved by : nothing; it is the proof.
/// Read first: MetaBackendTest.
package framepack.tests.meta;
