using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Backups.Restores.Dumps;

/// <summary>Where a database that a dump brought back is not what the dump's manifest says.</summary>
internal static class ContentDifference
{
    /// <summary>A phrase for each; empty when all that the manifest holds is there.</summary>
    public static IReadOnlyList<string> Between(DatabaseContent expected, DatabaseContent actual)
    {
        var tables = actual.Tables.ToDictionary(table => (table.Schema, table.Name));
        var sequences = actual.Sequences.ToDictionary(sequence => (sequence.Schema, sequence.Name));
        return
        [
            .. expected.Tables
                .Select(table => Of(table, tables.GetValueOrDefault((table.Schema, table.Name))))
                .OfType<string>(),
            .. actual.Tables
                .Where(table => table.Kind is not "extension"
                    && !expected.Tables.Any(known => known.Schema == table.Schema && known.Name == table.Name))
                .Select(table => $"the table {table.Schema}.{table.Name} was not dumped"),
            .. expected.Sequences.Select(sequence =>
                !sequences.TryGetValue((sequence.Schema, sequence.Name), out var other)
                    ? $"the sequence {sequence.Schema}.{sequence.Name} is missing"
                    : sequence.IsBehind(other.LastValue)
                        ? $"the sequence {sequence.Schema}.{sequence.Name} is behind {sequence.LastValue}"
                        : null)
                .OfType<string>(),
            .. expected.LargeObjects == actual.LargeObjects
                ? Array.Empty<string>()
                : [$"there are {actual.LargeObjects} large objects instead of {expected.LargeObjects}"],
        ];
    }

    /// <summary>
    /// A materialized view is computed anew from what it is of, and an extension's tables come with the extension.
    /// </summary>
    private static string? Of(TableContent expected, TableContent? actual) =>
        actual is null ? $"the table {expected.Schema}.{expected.Name} is missing"
        : expected.Hash is null || expected.Kind is "materialized_view" or "extension" ? null
        : actual.Unread is { } reason ? $"the table {expected.Schema}.{expected.Name} can't be read: {reason}"
        : actual.Rows != expected.Rows
            ? $"the table {expected.Schema}.{expected.Name} has {actual.Rows} rows instead of {expected.Rows}"
        : actual.Hash != expected.Hash ? $"the rows of {expected.Schema}.{expected.Name} are not those that were dumped"
        : null;
}
