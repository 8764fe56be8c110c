namespace RecoveryOS.Core.Backups.Restores;

/// <summary>Values as PostgreSQL's files take them.</summary>
internal static class Quoted
{
    /// <summary>A value in postgresql.conf, where quotes are doubled and a backslash begins an escape.</summary>
    public static string Setting(string value) => $"'{value
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("'", "''", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal)}'";
}
