namespace RecoveryOS.Core.Backups.Restores;

/// <summary>How a base is brought back.</summary>
public sealed record PhysicalRestoreOptions
{
    /// <summary>Whether every file is compared with the base's own manifest, which reads all of it once more.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>Whether unpacking and verifying yield to everything else on the machine.</summary>
    public bool IsBackground { get; init; }

    /// <summary>
    /// A tablespace's name, or where it lay, → the folder that it gets, empty or not there. One that is not named goes
    /// into a folder beside the data.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Tablespaces { get; init; }
}
