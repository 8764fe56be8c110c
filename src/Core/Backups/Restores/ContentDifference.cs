using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>Where a restored database is not what its manifest says.</summary>
internal static class ContentDifference
{
    /// <summary>A phrase for each; empty when all that the manifest holds is there.</summary>
    public static IReadOnlyList<string> Between(DatabaseContent expected, DatabaseContent actual)
    {
        var tables = actual.Tables.ToDictionary(table => (table.Schema, table.Name));
        var sequences = actual.Sequences.ToDictionary(sequence => (sequence.Schema, sequence.Name));
        return
        [
            .. expected.Tables.Select(table => Of(table, tables.GetValueOrDefault((table.Schema, table.Name)))).OfType<string>(),
            .. actual.Tables
                .Where(table => !expected.Tables.Any(known => known.Schema == table.Schema && known.Name == table.Name))
                .Select(table => $"the table {table.Schema}.{table.Name} was not dumped"),
            .. expected.Sequences
                .Where(sequence => sequences.GetValueOrDefault((sequence.Schema, sequence.Name))?.LastValue != sequence.LastValue)
                .Select(sequence => $"the sequence {sequence.Schema}.{sequence.Name} is not at {sequence.LastValue}"),
            .. expected.LargeObjects == actual.LargeObjects
                ? Array.Empty<string>()
                : [$"there are {actual.LargeObjects} large objects instead of {expected.LargeObjects}"],
        ];
    }

    private static string? Of(TableContent expected, TableContent? actual) =>
        actual is null ? $"the table {expected.Schema}.{expected.Name} is missing"
        : expected.Hash is null ? null
        : actual.Unread is { } reason ? $"the table {expected.Schema}.{expected.Name} can't be read: {reason}"
        : actual.Rows != expected.Rows
            ? $"the table {expected.Schema}.{expected.Name} has {actual.Rows} rows instead of {expected.Rows}"
        : actual.Hash != expected.Hash ? $"the rows of {expected.Schema}.{expected.Name} are not those that were dumped"
        : null;
}
