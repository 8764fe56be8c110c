using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>A run that is being made: what it says here is written down when it has succeeded.</summary>
public sealed class RunRecord(Guid id)
{
    public Guid Id => id;

    /// <summary>What it found, as JSON.</summary>
    public string? Result { get; set; }

    internal Guid? BackupId { get; private set; }

    internal long? Sequence { get; private set; }

    internal long? StoredBytes { get; private set; }

    /// <summary>It added this entry to the catalogue.</summary>
    public void Note(CatalogueEntry entry)
    {
        Sequence = entry.Sequence;
        BackupId = entry.Physical?.Id ?? entry.Logical?.Id;
        StoredBytes = ObjectsOf(entry).Sum(stored => stored.StoredLength);
    }

    private static IEnumerable<VaultObject> ObjectsOf(CatalogueEntry entry) =>
        entry.Physical is { } physical ? ObjectsOf(physical)
        : entry.Logical is { } logical ? ObjectsOf(logical)
        : [];

    private static IEnumerable<VaultObject> ObjectsOf(PhysicalBackup backup) =>
    [
        backup.Base, backup.StreamedWal, backup.BackupManifest,
        .. backup.Tablespaces.Select(tablespace => tablespace.Content),
        .. backup.DataManifest is { } manifest ? [manifest] : Array.Empty<VaultObject>(),
    ];

    private static IEnumerable<VaultObject> ObjectsOf(LogicalBackup backup) =>
        [backup.Globals, .. backup.Databases.SelectMany(database => new[] { database.Dump, database.DataManifest })];
}
