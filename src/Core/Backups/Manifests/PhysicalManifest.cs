using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// Counts and hashes a whole server's data at a restore point. In every database at once, writers of the tables are
/// held off while a snapshot is taken and the point is set: milliseconds, whatever the tables' size. They are never
/// held so long that the server looks for a deadlock, in which it might choose one of them as the victim.
/// </summary>
internal sealed partial class PhysicalManifest(TargetServer server, ManifestOptions options, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long vacuuming is waited for, over all tries.</summary>
    private static readonly TimeSpan VacuumLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VacuumPoll = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(15);

    /// <summary>After so many tries, each waits twice as long.</summary>
    private const int TriesOfWait = 20;
    private const int LongestWaitAt = 6;

    private readonly Stopwatch held = new();
    private int tries;
    private readonly Stopwatch waited = new();

    private TimeSpan Limit => TimeSpan.FromMilliseconds(options.MaximumLockMilliseconds);

    /// <param name="name">What the restore point is called; 63 bytes at most.</param>
    /// <param name="previous">The manifest of the backup before, which says what was hashed when.</param>
    /// <param name="cancellationToken">Stops, and lets go of everything.</param>
    public async Task<ManifestOutcome> TakeAsync(
        string name, DataManifest? previous, CancellationToken cancellationToken)
    {
        List<LockedTables> databases = [];
        try
        {
            await using var control = await server.OpenAsync(null, cancellationToken);
            foreach (var database in await control.DatabasesAsync(cancellationToken))
                databases.Add(await LockedTables.OpenAsync(server, database.Name, cancellationToken));
            return await TakeAsync(name, control, databases, previous, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            ManifestFailed(logger, server.Name, exception);
            return new ManifestOutcome.Failed(exception is PostgresException refused
                ? $"The data was not counted, since the server says: {refused.MessageText}."
                : "The data was not counted, since the server could not be reached.");
        }
        finally
        {
            foreach (var database in databases)
                await database.DisposeAsync();
        }
    }

    private async Task<ManifestOutcome> TakeAsync(
        string name,
        NpgsqlConnection control,
        List<LockedTables> databases,
        DataManifest? previous,
        CancellationToken cancellationToken)
    {
        var (deadlockTimeout, locks) = await LimitsAsync(control, cancellationToken);
        var plan = new ManifestPlan(
            databases.ToDictionary(database => database.Database, database => database.Tables),
            previous, options.SmallTableBytes, locks);
        // A point may be set without tables too: then the manifest says that there are none.
        var isBare = plan is { IsEmpty: true, Shortcoming: null };
        var pause = FirstPause;
        while (!plan.IsEmpty || isBare)
        {
            var leftOut = plan.LeftOut;
            if (await TryPointAsync(name, control, databases, plan, deadlockTimeout, cancellationToken) is { } point)
            {
                Held(logger, server.Name, (long)held.Elapsed.TotalMilliseconds);
                List<DatabaseContent> contents = [];
                foreach (var database in databases)
                {
                    var read = await database.ReadAsync(plan.Of(database.Database).ToHashSet(), cancellationToken);
                    contents.Add(plan.Note(read, database.Tables, point.At));
                }

                var manifest = new DataManifest { At = point.At, Lsn = point.Lsn, Databases = contents };
                return new ManifestOutcome.Taken(manifest, point, held.Elapsed);
            }

            if (held.Elapsed > Limit)
                break;
            if (held.Elapsed > Limit / 2)
                plan.GiveUpFailed();
            // A table that may never be locked is not worth waiting for: a role without rights has hundreds of them.
            if (plan.LeftOut > leftOut)
                continue;

            await Task.Delay(pause, cancellationToken);
            await WaitForVacuumAsync(databases, plan, cancellationToken);
            pause = Min(pause * 1.5, LongestPause);
        }

        return new ManifestOutcome.Failed(
            $"The data was not counted: {plan.Shortcoming ?? "writers did not let go of any table in time"}.");
    }

    /// <summary>
    /// Nobody is held meanwhile: what autovacuum is at work on is free again when it is done, as a rule soon.
    /// </summary>
    private async Task WaitForVacuumAsync(
        List<LockedTables> databases, ManifestPlan plan, CancellationToken cancellationToken)
    {
        waited.Start();
        while (waited.Elapsed < VacuumLimit && await IsVacuumedAsync())
            await Task.Delay(VacuumPoll, cancellationToken);
        waited.Stop();

        async Task<bool> IsVacuumedAsync()
        {
            foreach (var database in databases)
            {
                if (await database.IsVacuumedAsync(plan.FailedOf(database.Database), cancellationToken))
                    return true;
            }

            return false;
        }
    }

    /// <summary>Null: some table could not be locked, which the plan knows now, and nothing is held.</summary>
    private async Task<RestorePoint?> TryPointAsync(
        string name,
        NpgsqlConnection control,
        List<LockedTables> databases,
        ManifestPlan plan,
        TimeSpan deadlockTimeout,
        CancellationToken cancellationToken)
    {
        // Whoever waits for us must not come to look for a deadlock while we wait for others.
        var left = Limit - held.Elapsed;
        var within = Min(left, deadlockTimeout * 0.5);
        // A writer that has one table and wants another that is locked already never comes to its end: at first,
        // another try soon is worth more than waiting.
        var wait = Math.Max(
            1, (int)Min(
                within / 3, FirstWait * Math.Pow(2, Math.Min(tries++ / TriesOfWait, LongestWaitAt))).TotalMilliseconds);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isSet = false;
        await Task.WhenAll(databases.Select(database => database.ReadSequencesAsync(cancellationToken)));
        held.Start();
        try
        {
            limit.CancelAfter(within);
            var refusals = await Task.WhenAll(databases.Select(database => database.HoldAsync(
                plan.Of(database.Database), wait, Math.Max(1, (int)left.TotalMilliseconds), limit.Token)));
            foreach (var refusal in refusals.OfType<LockedTables.Refusal>())
                plan.Failed(refusal);
            if (refusals.Any(refusal => refusal is not null))
                return null;

            limit.CancelAfter(left);
            await Task.WhenAll(databases.Select(database => database.LookAsync(limit.Token)));
            var point = await SetPointAsync(control, name, limit.Token);
            await Task.WhenAll(databases.Select(database => database.ReleaseAsync(limit.Token)));
            isSet = true;
            return point;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!isSet)
                await Task.WhenAll(databases.Select(database => database.RollBackAsync()));
            held.Stop();
        }
    }

    private static async Task<RestorePoint> SetPointAsync(
        NpgsqlConnection control, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_create_restore_point($1)::text, clock_timestamp()", control);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (await command.QueryAsync(
            row => new RestorePoint(name, Lsn.Parse(row.GetString(0)), row.GetFieldValue<DateTimeOffset>(1)),
            cancellationToken))[0];
    }

    /// <summary>The server's deadlock_timeout, and half of the locks that it has room for.</summary>
    private static async Task<(TimeSpan DeadlockTimeout, int Locks)> LimitsAsync(
        NpgsqlConnection control, CancellationToken cancellationToken) => (await control.QueryAsync(
            """
            SELECT (SELECT setting::int FROM pg_settings WHERE name = 'deadlock_timeout'),
                current_setting('max_locks_per_transaction')::int
                    * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) / 2
            """,
            row => (TimeSpan.FromMilliseconds(row.GetInt32(0)), row.GetInt32(1)),
            cancellationToken))[0];

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(EventName = "manifest_held", Level = LogLevel.Information, Message = "{server} {milliseconds}")]
    private static partial void Held(ILogger logger, string server, long milliseconds);

    [LoggerMessage(EventName = "manifest_failed", Level = LogLevel.Warning, Message = "{server}")]
    private static partial void ManifestFailed(ILogger logger, string server, Exception exception);
}
