using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>
/// Restores a Flexible Server to a moment, as a new private server, looks whether the data of that moment is there, and
/// deletes it, however the test ends. It never costs more than it may.
/// </summary>
public sealed class AzureDrill(
    FlexibleServerRestore restore,
    AzureChecks checks,
    RestoreTests tests,
    BackupTargets targets,
    IOptions<BackupOptions> options,
    TimeProvider time) : IDrill
{
    /// <summary>Azure ships WAL every five minutes: what is newer may not be there yet.</summary>
    private static readonly TimeSpan Newest = TimeSpan.FromMinutes(6);

    /// <summary>Azure rarely restores faster; no test is begun for less.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);
    private static readonly TimeSpan ForDeletion = TimeSpan.FromMinutes(30);

    private AzureRestoreOptions Azure => options.Value.Azure;

    public DrillMethod Method => DrillMethod.Azure;

    public IReadOnlyList<string> Checks { get; } =
        ["left_overs", "cost", "target", "target_reached", "heartbeats", "canaries", "read_back", "rto", "teardown"];

    public async Task RunAsync(RestoreTest test, DrillLog log, DrillFindings found, CancellationToken cancellationToken)
    {
        var target = targets.Find(test.Server);
        if (Azure.SourceServerId is "")
        {
            log.Note(
                "target", CheckResult.CouldNotLook(
                    "Backups:Azure:SourceServerId is empty: there is no Flexible Server to test."));
            return;
        }

        FlexibleServer? source = null;
        var isClear = await log.CheckAsync("left_overs", async () =>
        {
            source = await restore.SourceAsync(Azure.SourceServerId, cancellationToken);
            return await ClearAsync(source, cancellationToken);
        }, cancellationToken);
        if (!isClear || source is null)
            return;

        var (budget, forecast) = await BudgetAsync(test.Server, cancellationToken);
        found.ForecastSeconds = forecast;
        if (!await log.CheckAsync("cost", () => Task.FromResult(Cost(budget, forecast)), cancellationToken)
            || Choose(test, source, log, found) is not { } moment)
        {
            return;
        }

        using var stop = new CancellationTokenSource(budget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellationToken);
        try
        {
            await RestoreAsync(test, target, source, moment, budget, log, found, either.Token);
        }
        catch (OperationCanceledException)
            when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            log.Note("cost_cap", CheckResult.CouldNotLook(
                $"The test was ended after {budget.TotalMinutes:0} minutes, when it had cost what it may."));
        }
        finally
        {
            await DeleteAsync(FlexibleServerRestore.IdOf(source, test.Id), log, found);
        }
    }

    /// <summary>
    /// Deletes what killed tests left. A server whose test goes on elsewhere keeps this one from beginning.
    /// </summary>
    private async Task<CheckResult> ClearAsync(FlexibleServer source, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var server in await restore.MadeFromAsync(source, cancellationToken))
        {
            if (!restore.IsExpired(server) && await GoesOnAsync(server, cancellationToken))
            {
                return CheckResult.CouldNotLook(
                    $"Another test's server {server.Name} is there, "
                    + $"until {server.Tags.GetValueOrDefault(FlexibleServerRestore.ExpiryTag)}: one at a time.");
            }

            await restore.DeleteAsync(server.Id, cancellationToken);
            deleted++;
        }

        return CheckResult.Right(deleted == 0
            ? "No server of an earlier test is left."
            : $"{deleted} servers of tests that were killed were deleted, and are gone.");
    }

    /// <summary>One that this database does not know is another installation's.</summary>
    private async Task<bool> GoesOnAsync(FlexibleServer server, CancellationToken cancellationToken) =>
        !Guid.TryParse(server.Tags.GetValueOrDefault(FlexibleServerRestore.TestTag), out var id)
        || await tests.FindAsync(id, cancellationToken) is not { } known
        || known.Status is TestStatus.Running;

    /// <summary>How long a test may last, and how long the last one did.</summary>
    private async Task<(TimeSpan Budget, double? Forecast)> BudgetAsync(
        string server, CancellationToken cancellationToken)
    {
        var budget = Azure.HourlyCost > 0
            ? TimeSpan.FromHours(Math.Min(Azure.MaximumCost / Azure.HourlyCost, Longest.TotalHours))
            : Longest;
        var last = await tests.EarlierAsync(server, DrillMethod.Azure, 5, cancellationToken);
        return (budget, last.FirstOrDefault(evidence => evidence.Rto.ActualSeconds is not null)?.Rto.ActualSeconds);
    }

    private CheckResult Cost(TimeSpan budget, double? forecast)
    {
        var needed = TimeSpan.FromSeconds(Math.Max(Least.TotalSeconds, (forecast ?? 0) * 1.5));
        var price = FormattableString.Invariant(
            $"{needed.TotalHours * Azure.HourlyCost:0.00} of at most {Azure.MaximumCost:0.00} US dollars");
        return needed > budget
            ? CheckResult.CouldNotLook(
                $"The test would take {needed.TotalMinutes:0} minutes and cost {price}: it was not begun.")
            : CheckResult.Right(
                $"The test is planned with {price}, and ended after {budget.TotalMinutes:0} minutes at the latest.");
    }

    /// <summary>Null: there is none, which is noted.</summary>
    private DateTimeOffset? Choose(RestoreTest test, FlexibleServer source, DrillLog log, DrillFindings found)
    {
        var latest = time.GetUtcNow() - Newest;
        if (source.EarliestRestore is not { } earliest || earliest > latest)
        {
            log.Note("target", CheckResult.CouldNotLook("Azure has no moment yet that the server can be restored to."));
            return null;
        }

        var (moment, choice) = test.Target is { Kind: "time" } asked && DrillTargets.TryTime(asked.Value, out var given)
            ? (given, asked.Choice)
            : (earliest + (Random.Shared.NextDouble() * (latest - earliest)), TargetChoice.RandomTime);
        moment = new DateTimeOffset(moment.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        found.Target = new DrillTarget("time", DrillTargets.Write(moment), choice);
        if (moment < earliest || moment > latest)
        {
            log.Note("target", CheckResult.CouldNotLook($"Azure can restore moments from {earliest:u} to {latest:u}."));
            return null;
        }

        log.Note("target", CheckResult.Right($"{choice}: {moment:u}, of {earliest:u} to {latest:u}."));
        return moment;
    }

    private async Task RestoreAsync(
        RestoreTest test,
        TargetServer target,
        FlexibleServer source,
        DateTimeOffset moment,
        TimeSpan budget,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        ServerUnderTest? subject = null;
        var isThere = await log.CheckAsync("target_reached", async () =>
        {
            var made = await log.PhaseAsync("restore", () => restore.RestoreAsync(
                source, test.Id, moment, time.GetUtcNow() + budget + ForDeletion, cancellationToken));
            subject = await SubjectAsync(target, made, cancellationToken);
            var proof = await log.PhaseAsync("first_query", () => AskAsync(subject, target, cancellationToken));
            found.RtoSeconds = Objectives.RtoSeconds(Method, log.Phases);
            found.Reached = new(null, null, proof);
            return CheckResult.Right($"{made.Name} answers: {proof}.");
        }, cancellationToken);
        if (isThere && subject is not null)
        {
            await log.PhaseAsync("checks", async () =>
            {
                await checks.RunAsync(subject, target, moment, log, found, cancellationToken);
                return true;
            });
        }

        log.Note("rto", Objectives.Rto(options.Value.Drill, found));
    }

    /// <summary>The live server's users and passwords came along; only the host is another.</summary>
    private static async Task<ServerUnderTest> SubjectAsync(
        TargetServer target, FlexibleServer made, CancellationToken cancellationToken)
    {
        var address = target.Address;
        if (made.Host == address.Host)
            throw new BackupException(
                "foreign_cluster", $"Azure calls the restored server {made.Host}, which is the live one.");

        address.Host = made.Host;
        return new(
            new NpgsqlConnectionStringBuilder(address.ConnectionString),
            await PostgresBinaries.FindAsync(null, cancellationToken));
    }

    private static async Task<string> AskAsync(
        ServerUnderTest subject, TargetServer target, CancellationToken cancellationToken)
    {
        await using var connection = await subject.OpenAsync(target.Address.Database ?? "postgres", cancellationToken);
        return (await connection.QueryAsync(
            "SELECT 'PostgreSQL ' || current_setting('server_version') || ', in recovery: ' || pg_is_in_recovery()",
            row => row.GetString(0),
            cancellationToken))[0];
    }

    /// <summary>Also when the test was stopped or is over its cost.</summary>
    private Task<bool> DeleteAsync(string id, DrillLog log, DrillFindings found) =>
        log.CheckAsync("teardown", () => log.PhaseAsync("teardown", async () =>
        {
            using var limit = new CancellationTokenSource(ForDeletion, time);
            try
            {
                await restore.DeleteAsync(id, limit.Token);
                found.Teardown = "The restored server was deleted; Azure was asked again, and it is gone.";
                return CheckResult.Right(found.Teardown);
            }
            catch (BackupException exception)
            {
                found.Teardown = $"The restored server may still be there, and cost: {exception.Message}";
                return CheckResult.Wrong(found.Teardown);
            }
            catch (OperationCanceledException)
            {
                found.Teardown = $"Azure did not delete {id} within half an hour: it may still be there, and cost.";
                return CheckResult.Wrong(found.Teardown);
            }
        }), CancellationToken.None);
}
