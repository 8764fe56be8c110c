using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// What happened to the data itself: a restore can be faithful and bring back what somebody ruined. Rows that vanish,
/// and texts that turn into ciphertext, are told once, at the first test after it happened.
/// </summary>
internal static class DriftCheck
{
    private const long Few = 10;
    private const long Many = 100;
    private const double Share = 0.3;
    private const double Deviations = 6;
    private const double LeastRise = 0.003;
    private const int LeastOpaque = 5;

    /// <param name="steps">What was counted of the tables, oldest first; the last one is what was restored.</param>
    /// <param name="since">Until when the last test looked; null: only the last step is looked at.</param>
    public static IEnumerable<string> Rows(IReadOnlyList<DataStep> steps, DateTimeOffset? since)
    {
        foreach (var key in steps.SelectMany(step => step.Rows.Keys).Distinct())
        {
            var counts = steps
                .Where(step => step.Rows.ContainsKey(key))
                .Select(step => (step.At, Rows: step.Rows[key]))
                .ToList();
            var falls = Enumerable.Range(1, Math.Max(0, counts.Count - 1))
                .Where(index => IsFall(counts[index - 1].Rows, counts[index].Rows))
                .ToList();
            var isNew = falls.Where(
                index => since is null ? index == counts.Count - 1 : counts[index].At > since).ToList();
            // A table that fell like that before is one that is emptied now and then.
            if (isNew is [var first, ..] && falls[0] == first)
                yield return $"{key.Database}.{key.Schema}.{key.Name} went from {counts[first - 1].Rows} rows to {counts[first].Rows}.";
        }
    }

    /// <summary>Columns of which many more values look like ciphertext than before.</summary>
    public static IEnumerable<string> Columns(IReadOnlyList<ColumnProfile> before, IReadOnlyList<ColumnProfile> now)
    {
        var known = before.ToDictionary(column => (column.Database, column.Schema, column.Table, column.Column));
        foreach (var column in now)
        {
            if (known.TryGetValue((column.Database, column.Schema, column.Table, column.Column), out var earlier)
                && IsRise(earlier, column))
            {
                yield return $"{column.Database}.{column.Schema}.{column.Table}.{column.Column}: {column.Opaque} of {column.Sampled} "
                    + $"texts look encrypted, {earlier.Opaque} of {earlier.Sampled} did before.";
            }
        }
    }

    private static bool IsFall(long before, long after) =>
        after < before
            && ((after == 0 && before >= Few) || (before - after >= Many && before - after >= before * Share));

    /// <summary>More than chance and a little growth explain.</summary>
    private static bool IsRise(ColumnProfile before, ColumnProfile now)
    {
        if (before.Sampled == 0 || now.Sampled == 0 || now.Opaque < LeastOpaque)
            return false;

        var (first, second) = ((double)before.Opaque / before.Sampled, (double)now.Opaque / now.Sampled);
        var both = (double)(before.Opaque + now.Opaque) / (before.Sampled + now.Sampled);
        var spread = Math.Sqrt(both * (1 - both) * ((1.0 / before.Sampled) + (1.0 / now.Sampled)));
        return second - first >= LeastRise
            && (second - first) >= Math.Min(Deviations, IsNew(before) ? 3 : Deviations) * spread;

        // Where nothing looked so, a few already tell.
        static bool IsNew(ColumnProfile column) => column.Opaque == 0 && column.Sampled >= Many;
    }
}

/// <summary>The counted tables at one moment.</summary>
internal sealed record DataStep(
    DateTimeOffset At, IReadOnlyDictionary<(string Database, string Schema, string Name), long> Rows)
{
    public static DataStep Of(DateTimeOffset at, IEnumerable<DatabaseContent> content) =>
        Of(at, TableProfile.Of(content));

    public static DataStep Of(DataProfile profile) => Of(profile.At, profile.Tables);

    private static DataStep Of(DateTimeOffset at, IReadOnlyList<TableProfile> tables) =>
        new(at, tables.ToDictionary(table => (table.Database, table.Schema, table.Name), table => table.Rows));
}
