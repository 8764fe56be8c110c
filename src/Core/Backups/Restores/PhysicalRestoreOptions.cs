namespace RecoveryOS.Core.Backups.Restores;

/// <summary>How a base is brought back.</summary>
public sealed record PhysicalRestoreOptions
{
    /// <summary>Who compares every file with the base's own manifest.</summary>
    public FileCheck Check { get; init; } = FileCheck.WhileUnpacking;

    /// <summary>Whether unpacking and verifying yield to everything else on the machine.</summary>
    public bool IsBackground { get; init; }

    /// <summary>
    /// A tablespace's name, or where it lay, → the folder that it gets, empty or not there. One that is not named goes
    /// into a folder beside the data.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Tablespaces { get; init; }
}
