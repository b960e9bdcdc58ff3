/// Room      : framepack.tests.arch — the rules of the house, checked on class files and on sources.
/// May see   : everything, but runs nothing of it.
/// One file  : one kind of rule: who sees whom, what every package says, how sources look.
/// Proved by : planting a violation and seeing its rule fail.
/// Read first: RoomRulesTest.
package framepack.tests.arch;
