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

/// <summary>
/// A table's rows. Partitions stand for their parent. The large objects of a database are one table,
/// <c>pg_catalog.pg_largeobject</c>, with a row for each object, where there are any.
/// </summary>
/// <param name="Kind">
/// <c>ordinary</c>, <c>partition</c>, <c>materialized_view</c> (a dump's restore computes it anew), <c>unlogged</c> (a
/// physical restore empties it), <c>foreign</c> (its data lies elsewhere and is never read), <c>extension</c> (an
/// extension's own, which dumps leave out), <c>large_objects</c>.
/// </param>
/// <param name="Rows">Null: not counted this time (its turn comes, or it holds no data of its own).</param>
/// <param name="Hash">
/// The sum of <c>hashtextextended(row, 0)</c> over all rows, in decimal: independent of their order. A row is the text
/// of its columns, each followed by U+001F, a null being U+001E; a large object is its number, a colon, and the SHA-256
/// of its content. Null: not hashed this time.
/// </param>
public sealed record TableContent(string Schema, string Name, string Kind, long? Rows, string? Hash, long Bytes)
{
    /// <summary>
    /// When it was last hashed for a backup of this kind: the one whose time is longest ago comes next.
    /// </summary>
    public DateTimeOffset? HashedAt { get; init; }

    /// <summary>Why it was not read although its turn was now, in words.</summary>
    public string? Unread { get; init; }
}

/// <param name="LastValue">
/// Null while it was never used. Read before the rows: the rows' point may have it further on.
/// </param>
/// <param name="Direction">1: it rises; -1: it falls; 0: it begins again at its end.</param>
public sealed record SequenceContent(string Schema, string Name, long? LastValue, int Direction = 1)
{
    /// <summary>
    /// Whether a restored value could make it hand out again what it had handed out: it may be ahead only.
    /// </summary>
    public bool IsBehind(long? restored) =>
        LastValue is { } value && Direction != 0 && (restored is null || restored * Direction < value * Direction);
}
