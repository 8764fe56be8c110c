namespace RecoveryOS.Core.Backups.Runs;

/// <summary>What runs are runs of; the domain <c>backup_job</c> lists the same.</summary>
public static class BackupJob
{
    public const string Backup = "backup";
    public const string Dump = "dump";
    public const string Prune = "prune";
    public const string VerifyWal = "verify_wal";
    public const string SelfTest = "self_test";
    public const string Window = "window";

    public static IReadOnlyList<string> All { get; } = [Backup, Dump, Prune, VerifyWal, SelfTest, Window];
}
