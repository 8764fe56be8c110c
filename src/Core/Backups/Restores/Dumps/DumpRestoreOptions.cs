namespace RecoveryOS.Core.Backups.Restores.Dumps;

/// <summary>How a dump is brought back.</summary>
public sealed record DumpRestoreOptions
{
    /// <summary>The database that it becomes; null: the name that it had.</summary>
    public string? Into { get; init; }

    /// <summary>
    /// The name of a database that holds something and may be lost: the same as the one that is restored, said once
    /// more. It stays until the restored one is whole.
    /// </summary>
    public string? Overwrites { get; init; }

    /// <summary>Whether roles and tablespaces are made first; those that are there already stay as they are.</summary>
    public bool WithGlobals { get; init; }

    /// <summary>
    /// Whether everything belongs to whoever restores: for a server that has not the roles of the first.
    /// </summary>
    public bool WithoutOwners { get; init; }

    /// <summary>Above 1, the dump is staged in a file first, since tables are then restored at the same time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Where it is staged.</summary>
    public string StagingFolder { get; init; } = Path.GetTempPath();

    /// <summary>Whether rows are counted and hashed, and held against what the dump's snapshot held.</summary>
    public bool Compares { get; init; } = true;
}

/// <summary>A database that was brought back.</summary>
/// <param name="Notes">What was met on the way, a sentence each.</param>
/// <param name="Tables">How many were compared with the manifest; null: it was not asked for.</param>
public sealed record RestoredDatabase(string Database, IReadOnlyList<string> Notes, int? Tables);
