using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>A data folder that is ready to be started.</summary>
/// <param name="Folder">PGDATA.</param>
/// <param name="Notes">What of the server's settings was changed or cannot hold here, a sentence each.</param>
/// <param name="Phases">
/// <c>fetch</c> (with unpacking, which it streams into), <c>wal</c> and, where pg_verifybackup was asked for,
/// <c>verify</c>, as measured.
/// </param>
/// <param name="Tablespaces">Where each tablespace's files are now, by its OID.</param>
public sealed record RestoredCluster(
    string Folder,
    RestorePlan Plan,
    IReadOnlyList<string> Notes,
    IReadOnlyList<DrillPhase> Phases,
    IReadOnlyDictionary<uint, string> Tablespaces);
