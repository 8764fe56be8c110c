namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>A test that is ours to run, as long as the lease is kept.</summary>
public sealed record ClaimedTest(RestoreTest Test, Guid Lease);
