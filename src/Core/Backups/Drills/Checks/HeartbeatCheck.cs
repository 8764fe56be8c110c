using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Heartbeats are rows that were written down outside the database too, after their commit: they tell how far a restore
/// really came, whatever the server says of itself.
/// </summary>
internal static class HeartbeatCheck
{
    /// <summary>How many of the last ones are compared one by one.</summary>
    private const int Compared = 1000;

    /// <summary>The clocks agree to the microsecond; JSON and the database may round the last one.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMicroseconds(2);

    /// <summary>
    /// A commit takes its time first and its place in the WAL after that: the last one that was replayed may bear an
    /// earlier time than those before it, by as long as its process had to wait between.
    /// </summary>
    private static readonly TimeSpan CommitSkew = TimeSpan.FromMinutes(1);

    public static async Task<RestoredHeartbeats> ReadAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        var isThere = await connection.QueryAsync(
            "SELECT to_regclass('recoveryos_marks.heartbeats') IS NOT NULL",
            row => row.GetBoolean(0),
            cancellationToken);
        if (isThere is not [true])
            return new RestoredHeartbeats(false, 0, null, null, []);

        var (count, first, last) = (await connection.QueryAsync(
            "SELECT count(*), min(id), max(id) FROM recoveryos_marks.heartbeats",
            row => (
                row.GetInt64(0),
                row.IsDBNull(1) ? (long?)null : row.GetInt64(1),
                row.IsDBNull(2) ? (long?)null : row.GetInt64(2)),
            cancellationToken))[0];
        var newest = await connection.QueryAsync(
            $"SELECT id, at FROM recoveryos_marks.heartbeats ORDER BY id DESC LIMIT {Compared}",
            row => new Heartbeat(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), default),
            cancellationToken);
        return new RestoredHeartbeats(true, count, first, last, newest);
    }

    /// <summary>
    /// The heartbeats on the way to a point: where the server itself was restored to an earlier moment, ids began again
    /// there, and what had been written after that moment is no part of its history any more.
    /// </summary>
    /// <param name="ledger">In the order in which they were committed.</param>
    /// <param name="until">The point's time; null: the newest.</param>
    public static IReadOnlyList<Heartbeat> OnTheWay(IReadOnlyList<Heartbeat> ledger, DateTimeOffset? until)
    {
        List<Heartbeat> way = [];
        foreach (var heartbeat in ledger)
        {
            if (way is [.., var last] && heartbeat.Id <= last.Id)
            {
                if (heartbeat.At > until)
                    break;
                way.RemoveAll(earlier => earlier.Id >= heartbeat.Id);
            }

            way.Add(heartbeat);
        }

        return way;
    }

    /// <summary>No heartbeat of a later time can have been restored; null: nothing is known of it.</summary>
    /// <param name="target">The time that was asked for: PostgreSQL stops before the first commit after it.</param>
    /// <param name="lastCommit">The time of the last commit that was replayed.</param>
    public static DateTimeOffset? Limit(DateTimeOffset? target, DateTimeOffset? lastCommit) =>
        target ?? lastCommit + CommitSkew;

    /// <param name="ledger">All on the way that may matter, in order of their ids.</param>
    /// <param name="reached">
    /// Where replay stopped, by the server's word: what was committed before lies before it.
    /// </param>
    /// <param name="until">See <see cref="Limit"/>.</param>
    public static HeartbeatFinding Compare(
        RestoredHeartbeats restored, IReadOnlyList<Heartbeat> ledger, Lsn reached, DateTimeOffset? until)
    {
        // The ledger's position was read after the commit, or much later after an outage of the store: what lies before
        // the reached point is surely restored; what was written before the time of it may be.
        var predicted = ledger.LastOrDefault(heartbeat => heartbeat.Lsn.Value > 0 && heartbeat.Lsn <= reached);
        if (ledger.Count == 0)
        {
            return new HeartbeatFinding(
                restored.Count == 0
                    ? CheckResult.CouldNotLook(
                        "The ledger holds no heartbeat, and neither does the restored server: "
                        + "nothing proves how far it came.")
                    : CheckResult.CouldNotLook(
                        $"The ledger holds no heartbeat to compare the {restored.Count} restored ones with."),
                null, null);
        }

        var lost = Math.Max(0, (predicted?.Id ?? 0) - (restored.Last ?? 0));
        // Ids count from 1: before the first there was nothing to restore, not even the table.
        var isBeforeAll = predicted is null && restored.Count == 0 && ledger[0].Id == 1;
        List<string> findings = isBeforeAll ? [] : [.. Contiguity(restored), .. Values(restored, ledger)];
        if (predicted is not null && lost > 0)
        {
            var last = restored.Last ?? 0;
            findings.Add(Text(
                $"The last heartbeat is {last}, expected {predicted.Id} at {reached}: {lost} commits are lost."));
        }

        var allowed = ledger.LastOrDefault(heartbeat => until is null || heartbeat.At <= until)?.Id ?? 0;
        allowed = Math.Max(allowed, predicted?.Id ?? 0);
        if (restored.Last > allowed && ledger[^1].Id > allowed)
            findings.Add(Text($"The last heartbeat is {restored.Last}, expected no more than {allowed} at {reached}."));
        if (findings.Count == 0 && isBeforeAll)
        {
            return new HeartbeatFinding(
                CheckResult.Right(Text($"No heartbeat had been written at {reached} yet, and none is there.")),
                0, null);
        }

        if (findings.Count == 0 && predicted is null)
        {
            return new HeartbeatFinding(
                CheckResult.CouldNotLook(
                    Text($"No heartbeat of the ledger surely lies before {reached}: ")
                    + "nothing proves how far the restore came."),
                null, null);
        }

        return new HeartbeatFinding(
            CheckResult.From(
                findings,
                Text($"Heartbeats {restored.First} to {restored.Last} are there without a hole, ")
                + Text($"up to the one that the ledger predicts for {reached}.")),
            lost,
            restored.Newest.Count > 0 ? restored.Newest[0].At : null);
    }

    private static IEnumerable<string> Contiguity(RestoredHeartbeats restored)
    {
        if (!restored.IsThere)
            yield return "The table of heartbeats is missing.";
        else if (restored is { First: { } first, Last: { } last } && last - first + 1 != restored.Count)
            yield return Text($"Of the heartbeats {first} to {last}, {last - first + 1 - restored.Count} are missing.");
    }

    private static IEnumerable<string> Values(RestoredHeartbeats restored, IReadOnlyList<Heartbeat> ledger)
    {
        var known = ledger.ToDictionary(heartbeat => heartbeat.Id);
        foreach (var heartbeat in restored.Newest)
        {
            if (known.TryGetValue(heartbeat.Id, out var written) && (heartbeat.At - written.At).Duration() > Rounding)
            {
                yield return Text(
                    $"Heartbeat {heartbeat.Id} is of {heartbeat.At:O}, the ledger has it at {written.At:O}.");
                yield break;
            }
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>The heartbeats that a restore brought back.</summary>
/// <param name="Newest">The last ones, newest first.</param>
internal sealed record RestoredHeartbeats(
    bool IsThere, long Count, long? First, long? Last, IReadOnlyList<Heartbeat> Newest);

/// <param name="Lost">
/// Commits that the ledger holds before the reached point and the restore does not; null: unknown.
/// </param>
/// <param name="LastAt">When the last one that came back was written.</param>
internal sealed record HeartbeatFinding(CheckResult Result, long? Lost, DateTimeOffset? LastAt);
