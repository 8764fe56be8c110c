using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>What restored data looked like, in numbers only: the next test compares with it.</summary>
public sealed record DataProfile
{
    /// <summary>The last commit that was brought back.</summary>
    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<TableProfile> Tables { get; init; }

    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>Sequences that are behind the column that they fill.</summary>
    public required IReadOnlyList<string> SequencesBehind { get; init; }

    /// <summary>When each large b-tree was last searched for all of its keys.</summary>
    public IReadOnlyList<IndexTurn> Descents { get; init; } = [];
}

/// <summary>An index that is looked at in turns, and when it was last.</summary>
public sealed record IndexTurn(string Database, string Schema, string Name, DateTimeOffset At);

public sealed record TableProfile(string Database, string Schema, string Name, long Rows)
{
    public bool IsPartition { get; init; }

    /// <summary>Those whose rows are the user's own and were counted.</summary>
    public static IReadOnlyList<TableProfile> Of(IEnumerable<DatabaseContent> content) =>
    [
        .. content.SelectMany(database => database.Tables
            .Where(table => IsUsers(table) && table.Rows is not null)
            .Select(table => new TableProfile(database.Database, table.Schema, table.Name, table.Rows ?? 0)
            {
                IsPartition = table.Kind is "partition",
            })),
    ];

    public static bool IsUsers(TableContent table) =>
        table.Kind is "ordinary" or "partition" && table.Schema != "recoveryos_marks";
}

/// <param name="Sampled">How many values were looked at.</param>
/// <param name="Opaque">How many of them look like ciphertext.</param>
public sealed record ColumnProfile(
    string Database, string Schema, string Table, string Column, int Sampled, int Opaque);
