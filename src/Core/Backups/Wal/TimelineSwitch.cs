namespace RecoveryOS.Core.Backups.Wal;

/// <summary>Where the WAL left the timeline <paramref name="Parent"/>, and why, in PostgreSQL's words.</summary>
/// <param name="At">The first position that is no longer the parent's.</param>
public sealed record TimelineSwitch(uint Parent, Lsn At, string Reason);
