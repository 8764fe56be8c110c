using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// A row of <c>recoveryos_marks.heartbeats</c> in a target's database, and the same line outside it: what was
/// committed, and when.
/// </summary>
/// <param name="Id">From 1 without holes.</param>
/// <param name="At">The database's clock at the insert.</param>
/// <param name="Lsn">The WAL position after the commit; known outside the database only.</param>
public sealed record Heartbeat(long Id, DateTimeOffset At, Lsn Lsn);
