using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Tests.Backups.Manifests;

/// <summary>What a restore lacks of what its manifest says, a line each.</summary>
internal static class Differences
{
    /// <param name="kinds">Kinds of tables that this way of restoring does not bring back as they were.</param>
    public static IReadOnlyList<string> Between(
        DatabaseContent expected, DatabaseContent restored, params string[] kinds)
    {
        var found = restored.Tables.ToDictionary(table => (table.Schema, table.Name));
        List<string> differences = [];
        foreach (var table in expected.Tables.Where(table => !kinds.Contains(table.Kind)))
        {
            if (!found.TryGetValue((table.Schema, table.Name), out var other))
                differences.Add($"{table.Schema}.{table.Name} is missing");
            else if (table.Hash is not null && (table.Rows, table.Hash) != (other.Rows, other.Hash))
            {
                differences.Add(
                    $"{table.Schema}.{table.Name}: {table.Rows} {table.Hash}, "
                    + $"not {other.Rows} {other.Hash} {other.Unread}");
            }
        }

        var sequences = restored.Sequences.ToDictionary(
            sequence => (sequence.Schema, sequence.Name), sequence => sequence.LastValue);
        differences.AddRange(expected.Sequences
            .Where(sequence => !sequences.TryGetValue((sequence.Schema, sequence.Name), out var last)
                || (last is null) != (sequence.LastValue is null))
            .Select(sequence => $"sequence {sequence.Schema}.{sequence.Name}"));
        if (expected.LargeObjects != restored.LargeObjects)
            differences.Add($"{expected.LargeObjects} large objects, not {restored.LargeObjects}");
        return differences;
    }
}
