using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>What the data was at one point: a restore to that point has to show the same.</summary>
public sealed record DataManifest
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The server's WAL position then; for a physical backup that of the restore point.</summary>
    public required Lsn Lsn { get; init; }

    public required IReadOnlyList<DatabaseContent> Databases { get; init; }
}

/// <summary>One database's tables and sequences.</summary>
public sealed record DatabaseContent(
    string Database, IReadOnlyList<TableContent> Tables, IReadOnlyList<SequenceContent> Sequences, long LargeObjects);

/// <summary>A table's rows. Partitions stand for their parent; foreign and unlogged tables say so.</summary>
/// <param name="Kind"><c>ordinary</c>, <c>partition</c>, <c>materialized_view</c>, <c>unlogged</c>, <c>foreign</c>.</param>
/// <param name="Rows">Null: not counted this time (its turn comes, or it holds no data of its own).</param>
/// <param name="Hash">
/// The sum of <c>hashtextextended(row::text, 0)</c> over all rows, in decimal: independent of their order. Null: not hashed
/// this time.
/// </param>
public sealed record TableContent(string Schema, string Name, string Kind, long? Rows, string? Hash, long Bytes);

/// <param name="LastValue">Null while it was never used. After a physical restore it may have run ahead.</param>
public sealed record SequenceContent(string Schema, string Name, long? LastValue);
