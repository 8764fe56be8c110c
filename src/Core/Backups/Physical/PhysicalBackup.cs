using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>A base backup: a copy of the whole server that WAL can be replayed on.</summary>
public sealed record PhysicalBackup
{
    public required Guid Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the copy was whole, by the server's clock; nothing earlier can be restored with it.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>What the server was then.</summary>
    public required ServerFacts Server { get; init; }

    public required uint Timeline { get; init; }

    /// <summary>Where replay starts.</summary>
    public required Lsn StartLsn { get; init; }

    /// <summary>Where the copy is consistent; the earliest target that it can reach.</summary>
    public required Lsn StopLsn { get; init; }

    /// <summary><c>zstd</c>, <c>gzip</c> or <c>none</c>: how the tar files are packed.</summary>
    public required string Compression { get; init; }

    /// <summary>The main data folder, as tar.</summary>
    public required VaultObject Base { get; init; }

    /// <summary>The WAL from start to stop, as tar: the copy can be started without an archive.</summary>
    public required VaultObject StreamedWal { get; init; }

    /// <summary>PostgreSQL's own <c>backup_manifest</c>, with SHA-256.</summary>
    public required VaultObject BackupManifest { get; init; }

    public IReadOnlyList<TablespaceBackup> Tablespaces { get; init; } = [];

    /// <summary>
    /// Counts and hashes of the data at <see cref="ManifestPoint"/>; null: they could not be taken, see there.
    /// </summary>
    public VaultObject? DataManifest { get; init; }

    /// <summary>The restore point at which <see cref="DataManifest"/> holds.</summary>
    public RestorePoint? ManifestPoint { get; init; }

    /// <summary>Why there is no data manifest, in words; null while there is one.</summary>
    public string? ManifestFailure { get; init; }

    /// <summary>The size of the server's data in bytes, by <c>pg_database_size</c>.</summary>
    public required long DataBytes { get; init; }
}

/// <summary>A tablespace's files, as tar.</summary>
/// <param name="Location">Where it lay on the server.</param>
public sealed record TablespaceBackup(uint Oid, string Name, string Location, VaultObject Content);

/// <summary>A point in the WAL that bears a name (<c>pg_create_restore_point</c>).</summary>
public sealed record RestorePoint(string Name, Lsn Lsn, DateTimeOffset At);
