using System.Globalization;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Sequences never fall back: not behind the manifest (a restore may bring them ahead of it), and not behind the column
/// that they fill. One that was behind its column before, since somebody wrote numbers of their own, is no finding.
/// </summary>
internal static class SequenceCheck
{
    /// <summary>Those that fill a column of whole numbers, upwards.</summary>
    private const string Owned = """
        SELECT sn.nspname, s.relname, tn.nspname, t.relname, a.attname
        FROM pg_class s
        JOIN pg_namespace sn ON sn.oid = s.relnamespace
        JOIN pg_sequence q ON q.seqrelid = s.oid AND q.seqincrement > 0 AND NOT q.seqcycle
        JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
            AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
        JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p') AND t.relpersistence = 'p'
        JOIN pg_namespace tn ON tn.oid = t.relnamespace
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
        WHERE s.relkind = 'S' AND s.relpersistence = 'p'
        ORDER BY 1, 2
        """;

    /// <summary>The sequences of all databases that are behind the column that they fill.</summary>
    public static async Task<IReadOnlyList<string>> BehindAsync(
        ServerUnderTest server, IEnumerable<string> databases, CancellationToken cancellationToken)
    {
        List<string> behind = [];
        foreach (var database in databases)
        {
            await using var connection = await server.OpenAsync(database, cancellationToken);
            var owned = await connection.QueryAsync(
                Owned,
                row => (
                    Sequence: (row.GetString(0), row.GetString(1)),
                    Table: (row.GetString(2), row.GetString(3)),
                    Column: row.GetString(4)),
                cancellationToken);
            foreach (var (sequence, table, column) in owned)
            {
                var isBehind = await connection.QueryAsync(
                    $"""
                    SELECT coalesce((SELECT max({Reading.Quote(column)}) FROM {Name(table)}) > last_value, false)
                    FROM {Name(sequence)}
                    """,
                    row => row.GetBoolean(0),
                    cancellationToken);
                if (isBehind is [true])
                    behind.Add($"{database}.{sequence.Item1}.{sequence.Item2}");
            }
        }

        return behind;
    }

    /// <param name="expected">Of the manifest; null: there is none.</param>
    /// <param name="behind">Those that are behind their column now.</param>
    /// <param name="behindBefore">Those that were so in the last test; null: nobody looked.</param>
    public static CheckResult Compare(
        IReadOnlyList<DatabaseContent>? expected,
        IReadOnlyList<DatabaseContent> restored,
        IReadOnlyList<string> behind,
        IReadOnlyList<string>? behindBefore)
    {
        var now = restored.SelectMany(database => database.Sequences.Select(
                sequence => (Key: (database.Database, sequence.Schema, sequence.Name), sequence.LastValue)))
            .ToDictionary(pair => pair.Key, pair => pair.LastValue);
        List<string> findings = [];
        foreach (var database in expected ?? [])
        {
            foreach (var sequence in database.Sequences)
            {
                var name = $"{database.Database}.{sequence.Schema}.{sequence.Name}";
                if (!now.TryGetValue((database.Database, sequence.Schema, sequence.Name), out var value))
                {
                    findings.Add($"The sequence {name} is missing.");
                }
                else if (sequence.IsBehind(value))
                {
                    findings.Add(
                        $"The sequence {name} stands at {Place(value)}, expected at least {sequence.LastValue}.");
                }
            }
        }

        if (behindBefore is not null)
        {
            findings.AddRange(behind.Except(behindBefore)
                .Select(name =>
                    $"The sequence {name} is behind the column that it fills: the next row would collide."));
        }

        var note = behind.Count > 0 ? $" {behind.Count} are behind a column that was written without them." : "";
        return CheckResult.From(findings, $"{now.Count} sequences have not fallen back.{note}");
    }

    private static string Place(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "its start";

    private static string Name((string Schema, string Name) relation) =>
        $"{Reading.Quote(relation.Schema)}.{Reading.Quote(relation.Name)}";
}
