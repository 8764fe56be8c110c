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
        foreach (var dropped in Dropped(steps, since))
            yield return dropped;
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
            {
                yield return $"{key.Database}.{key.Schema}.{key.Name} "
                    + $"went from {counts[first - 1].Rows} rows to {counts[first].Rows}.";
            }
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
                yield return $"{column.Database}.{column.Schema}.{column.Table}.{column.Column}: "
                    + $"{column.Opaque} of {column.Sampled} texts look encrypted, "
                    + $"{earlier.Opaque} of {earlier.Sampled} did before.";
            }
        }
    }

    /// <summary>
    /// Tables that held rows and are gone. A partition that goes while others of its name stay is the usual way of
    /// forgetting old rows.
    /// </summary>
    private static IEnumerable<string> Dropped(IReadOnlyList<DataStep> steps, DateTimeOffset? since)
    {
        for (var index = 1; index < steps.Count; index++)
        {
            if (since is null ? index < steps.Count - 1 : steps[index].At <= since)
                continue;

            var (before, now) = (steps[index - 1], steps[index]);
            foreach (var key in before.Tables.Keys.Where(key => !now.Tables.ContainsKey(key)))
            {
                var rows = steps.Take(index)
                    .Select(step => step.Rows.GetValueOrDefault(key, -1))
                    .LastOrDefault(count => count >= 0, -1);
                var isForgotten = before.Tables[key]
                    && now.Tables.Any(other => other.Value && Family(other.Key) == Family(key));
                if (rows is not 0 && !isForgotten)
                {
                    yield return $"{key.Database}.{key.Schema}.{key.Name} is gone"
                        + (rows > 0 ? $", with {rows} rows." : ".");
                }
            }
        }
    }

    /// <summary>What names of partitions have in common: all but the numbers at their end.</summary>
    private static (string, string, string) Family((string Database, string Schema, string Name) key) =>
        (key.Database, key.Schema, key.Name.TrimEnd([.. "0123456789_pmwdyq"]));

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

/// <summary>The tables at one moment.</summary>
/// <param name="Rows">Of those that were counted then.</param>
/// <param name="Tables">All that were there, and whether each is a partition.</param>
internal sealed record DataStep(
    DateTimeOffset At,
    IReadOnlyDictionary<(string Database, string Schema, string Name), long> Rows,
    IReadOnlyDictionary<(string Database, string Schema, string Name), bool> Tables)
{
    public static DataStep Of(DateTimeOffset at, IReadOnlyList<DatabaseContent> content) => new(
        at,
        TableProfile.Of(content).ToDictionary(table => (table.Database, table.Schema, table.Name), table => table.Rows),
        content
            .SelectMany(database => database.Tables
                .Where(TableProfile.IsUsers)
                .Select(table => (database.Database, Table: table)))
            .ToDictionary(
                one => (one.Database, one.Table.Schema, one.Table.Name),
                one => one.Table.Kind is "partition"));

    public static DataStep Of(DataProfile profile) => new(
        profile.At,
        profile.Tables.ToDictionary(table => (table.Database, table.Schema, table.Name), table => table.Rows),
        profile.Tables.ToDictionary(table => (table.Database, table.Schema, table.Name), table => table.IsPartition));
}
