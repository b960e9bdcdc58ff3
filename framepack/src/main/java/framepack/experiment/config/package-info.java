/// Room      : framepack.experiment.config — from a YAML file to the runs it describes, every key checked.
/// May see   : framepack.{pack, history}, Jackson's YAML reader.  Never: tensors, how a run is carried out.
/// One file  : one kind of thing that a file says, or one step of reading it.
/// Proved by : tests framepack.tests.experiment.config.
/// Read first: ExperimentFile.
package framepack.experiment.config;
