namespace RecoveryOS.Core.Backups.Restores;

/// <summary>Who compares a base's files with what PostgreSQL sent.</summary>
public enum FileCheck
{
    /// <summary>Nobody: only what lies in the store is known to be what was stored.</summary>
    None,

    /// <summary>We do, while they are written.</summary>
    WhileUnpacking,

    /// <summary>pg_verifybackup does, which reads all of them once more.</summary>
    PgVerifyBackup,
}
