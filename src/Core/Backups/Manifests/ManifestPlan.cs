namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// Which tables of a physical backup are hashed: all small ones, and of the large ones the one that was not for
/// longest. What could not be locked is tried first the next time, while nothing else is held, and left out at last.
/// Among such tables the order is another at each try: writers who take two of them in one order never let go to
/// whoever takes them in the other.
/// </summary>
internal sealed class ManifestPlan
{
    private readonly Dictionary<SourceTable, int> failures = [];
    private readonly Dictionary<SourceTable, string> leftOut = [];
    private readonly Dictionary<string, List<SourceTable>> chosen;
    private readonly Dictionary<(string, string, string), DateTimeOffset?> hashedAt;

    public ManifestPlan(
        IReadOnlyDictionary<string, IReadOnlyList<SourceTable>> databases,
        DataManifest? previous,
        long smallBytes,
        int locksAtMost)
    {
        hashedAt = (previous?.Databases ?? [])
            .SelectMany(database => database.Tables.Select(table => (database.Database, Table: table)))
            .ToDictionary(known => Key(known.Database, known.Table), known => known.Table.HashedAt);
        var turn = databases
            .SelectMany(database => database.Value.Select(table => (Database: database.Key, Table: table)))
            .Where(candidate => IsHashable(candidate.Table) && candidate.Table.Content.Bytes > smallBytes)
            .OrderBy(candidate => HashedAt(candidate.Database, candidate.Table.Content) ?? DateTimeOffset.MinValue)
            .FirstOrDefault();
        chosen = databases.ToDictionary(
            database => database.Key,
            database => database.Value
                .Where(table => IsHashable(table)
                    && (table.Content.Bytes <= smallBytes || (database.Key == turn.Database && table == turn.Table)))
                .ToList());
        foreach (var table in chosen.Values.SelectMany(tables => tables).Skip(locksAtMost).ToList())
            LeaveOut(table, "the server's table of locks (max_locks_per_transaction) has no room for so many tables");
    }

    public bool IsEmpty => chosen.Values.All(tables => tables.Count == 0);

    /// <summary>Why something was left out, in words; null: nothing was.</summary>
    public string? Shortcoming => leftOut.Values.FirstOrDefault();

    /// <summary>Those to lock in this order.</summary>
    public IReadOnlyList<SourceTable> Of(string database) =>

        [
            .. chosen[database]
                .OrderByDescending(failures.ContainsKey)
                .ThenBy(table => failures.ContainsKey(table) ? Random.Shared.Next() : 0),
        ];

    /// <summary>How many tables it goes on without.</summary>
    public int LeftOut => leftOut.Count;

    /// <summary>Those that could not be locked before, and are not given up.</summary>
    public IReadOnlyList<SourceTable> FailedOf(string database) => [.. chosen[database].Where(failures.ContainsKey)];

    public void Failed(LockedTables.Refusal refusal)
    {
        failures[refusal.Table] = failures.GetValueOrDefault(refusal.Table) + 1;
        if (!refusal.MayPass)
            LeaveOut(refusal.Table, $"it could not be locked: {refusal.Reason}");
    }

    /// <summary>The time is almost up: goes on without those that ever failed.</summary>
    public void GiveUpFailed()
    {
        foreach (var table in failures.Keys.Except(leftOut.Keys).ToList())
            LeaveOut(
                table,
                "its writers did not let go of it in the time that Backups:Manifest:MaximumLockMilliseconds gives");
    }

    /// <summary>
    /// What was read, with when each table was hashed last and why one was not although it was its turn.
    /// </summary>
    public DatabaseContent Note(DatabaseContent read, IReadOnlyList<SourceTable> tables, DateTimeOffset at)
    {
        return read with
        {
            Tables =
            [
                .. read.Tables.Zip(tables, (content, table) => content with
                {
                    HashedAt = content.Hash is null ? HashedAt(read.Database, content) : at,
                    Unread = content.Unread ?? leftOut.GetValueOrDefault(table),
                }),
            ],
        };
    }

    /// <summary>An unlogged table is empty after the restore, whatever it holds now.</summary>
    private static bool IsHashable(SourceTable table) => table.IsReadable && table.Content.Kind is not "unlogged";

    private static (string, string, string) Key(string database, TableContent table) =>
        (database, table.Schema, table.Name);

    private DateTimeOffset? HashedAt(string database, TableContent table) =>
        hashedAt.GetValueOrDefault(Key(database, table));

    private void LeaveOut(SourceTable table, string reason)
    {
        leftOut[table] = reason;
        foreach (var tables in chosen.Values)
            tables.Remove(table);
    }
}
