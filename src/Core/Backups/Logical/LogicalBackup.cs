using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Logical;

/// <summary>Dumps of a server's databases, each from one snapshot, and what belongs to no database.</summary>
public sealed record LogicalBackup
{
    public required Guid Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required ServerFacts Server { get; init; }

    /// <summary>Roles and tablespaces, as SQL (<c>pg_dumpall --globals-only</c>).</summary>
    public required VaultObject Globals { get; init; }

    public required IReadOnlyList<DatabaseDump> Databases { get; init; }
}

/// <summary>One database in <c>pg_dump</c>'s custom format.</summary>
/// <param name="TakenAt">The snapshot's time, by the server's clock.</param>
/// <param name="DataManifest">Counts and hashes in that very snapshot.</param>
/// <param name="DataBytes">The database's size on the server.</param>
public sealed record DatabaseDump(
    string Database, DateTimeOffset TakenAt, VaultObject Dump, VaultObject DataManifest, long DataBytes);
