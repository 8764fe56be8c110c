using System.Globalization;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>Holds what a restore brought against what the data manifest says was there.</summary>
internal static class ContentComparison
{
    /// <summary>A restore to the very point of the manifest: the same tables, the same rows.</summary>
    /// <param name="isPhysical">
    /// Unlogged tables come back empty, and materialized views as they were; from a dump it is the other way round.
    /// </param>
    public static CheckResult Exact(
        IReadOnlyList<DatabaseContent> expected, IReadOnlyList<DatabaseContent> restored, bool isPhysical)
    {
        List<string> findings = [];
        var counted = 0;
        var hashed = 0;
        var rows = 0L;
        foreach (var database in expected)
        {
            if (restored.FirstOrDefault(other => other.Database == database.Database) is not { } found)
            {
                findings.Add($"The database {database.Database} is missing.");
                continue;
            }

            findings.AddRange(Structure(database, found, isPhysical));
            var tables = found.Tables.ToDictionary(table => (table.Schema, table.Name));
            foreach (var table in database.Tables.Where(table => IsComparable(table, isPhysical)))
            {
                if (!tables.TryGetValue((table.Schema, table.Name), out var other))
                    continue;
                counted++;
                rows += table.Rows ?? 0;
                hashed += table.Hash is null ? 0 : 1;
                if (Difference(database.Database, table, other) is { } difference)
                    findings.Add(difference);
            }
        }

        if (findings.Count == 0 && Uncounted(expected, counted, isPhysical) is { } why)
            return CheckResult.CouldNotLook(why);
        return CheckResult.From(findings, string.Create(
            CultureInfo.InvariantCulture,
            $"{counted} tables with {rows} rows are as the manifest says, {hashed} of them by the hash of every row."));
    }

    /// <summary>
    /// What the manifest itself could not look at, nobody can compare. A table whose turn it was not is none.
    /// </summary>
    private static string? Uncounted(IReadOnlyList<DatabaseContent> expected, int counted, bool isPhysical)
    {
        var all = expected
            .SelectMany(database => database.Tables
                .Where(table => IsData(table, isPhysical))
                .Select(table => (database.Database, Table: table)))
            .ToList();
        var unread = all.Where(one => one.Table.Unread is not null and not SourceTable.NotPopulated).ToList();
        return unread is [var first, ..]
            ? $"The manifest could not count {unread.Count} of its {all.Count} tables. "
                + $"{Name(first.Database, first.Table)}: {Explanations.Sentence(first.Table.Unread ?? "")}"
            : counted == 0 && all.Count > 0 ? $"The manifest counts none of its {all.Count} tables."
            : null;
    }

    /// <summary>Reading every row of every table proves that it can be read, and that nothing was left out.</summary>
    public static CheckResult ReadBack(IReadOnlyList<DatabaseContent> restored)
    {
        if (restored.Count == 0)
            return CheckResult.CouldNotLook("The restored server has no database to read.");

        var unread = restored
            .SelectMany(database => database.Tables.Where(IsUnread)
                .Select(table => $"{Name(database.Database, table)} could not be read: "
                    + Explanations.Sentence(table.Unread ?? "nobody tried")))
            .ToList();
        var tables = restored.Sum(database => database.Tables.Count(table => table.Rows is not null));
        var rows = restored.Sum(database => database.Tables.Sum(table => table.Rows ?? 0));
        return CheckResult.From(unread, string.Create(
            CultureInfo.InvariantCulture,
            $"Every row of {tables} tables in {restored.Count} databases was read: {rows} rows."));
    }

    /// <summary>
    /// A restore to another point than the manifest's: tables may come and go, so rows prove nothing here. Then it
    /// counts whether an earlier test compared them with this backup's manifest, by the signed catalogue.
    /// </summary>
    /// <param name="source">The base that was restored.</param>
    public static CheckResult Elsewhere(PhysicalBackup source, IReadOnlyList<CatalogueEntry> entries)
    {
        if (source is not { DataManifest: not null, ManifestPoint: { } point })
        {
            return CheckResult.CouldNotLook(source.ManifestFailure is { } why
                ? $"The backup has no data manifest: {why}"
                : "The backup has no data manifest.");
        }

        return ManifestProof.Of(source.Id, entries) is { Tested: { } earlier } entry
            ? CheckResult.Right(
                "This is not the manifest's point, so rows are not compared here; "
                + $"the test {earlier.TestId} of {entry.At:u} compared them, with this backup's manifest, and passed.")
            : CheckResult.CouldNotLook(
                "The rows of this backup were not compared with its manifest, neither here nor in an earlier test that "
                + $"passed: its point, {point.Lsn}, was not restored to.");
    }

    private static bool IsUnread(TableContent table) => table.Unread is null
        ? table.Rows is null && table.Kind is not "foreign"
        : table is not { Kind: "materialized_view", Unread: SourceTable.NotPopulated };

    private static IEnumerable<string> Structure(DatabaseContent expected, DatabaseContent restored, bool isPhysical)
    {
        var there = restored.Tables.Select(table => (table.Schema, table.Name)).ToHashSet();
        foreach (var table in expected.Tables.Where(table => !there.Contains((table.Schema, table.Name))))
            yield return $"The table {Name(expected.Database, table)} is missing.";

        // What the tester itself installs to look deeper comes with its own tables.
        var known = expected.Tables.Select(table => (table.Schema, table.Name)).ToHashSet();
        foreach (var table in restored.Tables
            .Where(table => table.Kind != "extension" && !known.Contains((table.Schema, table.Name))))
        {
            yield return $"The table {Name(expected.Database, table)} is not of this backup.";
        }

        if (restored.LargeObjects != expected.LargeObjects)
        {
            yield return $"{expected.Database} has {restored.LargeObjects} large objects, "
                + $"expected {expected.LargeObjects}.";
        }

        if (!isPhysical)
            yield break;

        var sequences = restored.Sequences.Select(sequence => (sequence.Schema, sequence.Name)).ToHashSet();
        foreach (var sequence in expected.Sequences
            .Where(sequence => !sequences.Contains((sequence.Schema, sequence.Name))))
        {
            yield return $"The sequence {expected.Database}.{sequence.Schema}.{sequence.Name} is missing.";
        }
    }

    private static string? Difference(string database, TableContent expected, TableContent restored) => restored switch
    {
        { Unread: { } reason } => $"{Name(database, expected)} could not be read: {Explanations.Sentence(reason)}",
        { Rows: null } => $"{Name(database, expected)} was not counted.",
        _ when restored.Rows != expected.Rows =>
            $"{Name(database, expected)} has {restored.Rows} rows, expected {expected.Rows}.",
        _ when expected.Hash is not null && restored.Hash is null => $"{Name(database, expected)} was not hashed.",
        _ when expected.Hash is not null && restored.Hash != expected.Hash =>
            $"{Name(database, expected)} has {restored.Rows} rows as expected, but their content differs.",
        _ => null,
    };

    private static bool IsComparable(TableContent table, bool isPhysical) =>
        table.Rows is not null && IsData(table, isPhysical);

    /// <summary>Foreign tables hold nothing of their own.</summary>
    private static bool IsData(TableContent table, bool isPhysical) => table.Kind switch
    {
        "foreign" => false,
        "unlogged" => !isPhysical,
        "materialized_view" or "extension" => isPhysical,
        _ => true,
    };

    private static string Name(string database, TableContent table) => $"{database}.{table.Schema}.{table.Name}";
}
