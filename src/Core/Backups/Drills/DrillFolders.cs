namespace RecoveryOS.Core.Backups.Drills;

/// <summary>Below <see cref="BackupOptions.Folder"/>.</summary>
internal static class DrillFolders
{
    /// <summary>Restores that are thrown away; nothing else lies there.</summary>
    public const string Scratch = "scratch";
}
