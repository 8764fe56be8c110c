using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>
/// Runs the restore tests that wait, one after the other, and writes down how each ended, whatever happens.
/// </summary>
public sealed partial class RestoreTestRunner(
    RestoreTests tests,
    IEnumerable<IDrill> drills,
    TestClosing closing,
    VerifierState verifier,
    OperatorAlarms alarms,
    BackupMetrics metrics,
    IOptions<BackupOptions> options,
    TimeProvider time,
    ILogger<RestoreTestRunner> logger)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    /// <summary>Closes the tests whose tester was killed, then runs all that wait.</summary>
    /// <returns>How those ended that were run.</returns>
    public async Task<IReadOnlyList<DrillEvidence>> RunQueuedAsync(CancellationToken cancellationToken)
    {
        await CloseKilledAsync(cancellationToken);
        List<DrillEvidence> ended = [];
        while (await tests.ClaimAsync(null, cancellationToken) is { } claimed)
        {
            ended.Add(await RunAsync(claimed, null, cancellationToken));
        }

        return ended;
    }

    /// <summary>Runs one test that waits.</summary>
    /// <returns>How it ended; null: somebody else runs it, or another of the server runs.</returns>
    public async Task<DrillEvidence?> RunAsync(
        Guid id, IProgress<BackupProgress>? progress, CancellationToken cancellationToken) =>
        await tests.ClaimAsync(id, cancellationToken) is { } claimed
            ? await RunAsync(claimed, progress, cancellationToken)
            : null;

    private async Task<DrillEvidence> RunAsync(
        ClaimedTest claimed, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var test = claimed.Test;
        var log = new DrillLog(time, progress, logger);
        var found = new DrillFindings();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var closed = new CancellationTokenSource();
        var beat = BeatAsync(claimed, log, stop, closed.Token);
        try
        {
            await JudgeAsync(test, log, found, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log.Note("tester", CheckResult.CouldNotLook($"The tester was stopped in the phase {log.Phase}."));
        }

        log.Complete(drills.FirstOrDefault(one => one.Method == test.Method)?.Checks ?? []);
        try
        {
            // A test that was stopped is closed all the same: nothing is left running for others to find.
            return await CloseAsync(claimed, log, found, CancellationToken.None);
        }
        finally
        {
            await closed.CancelAsync();
            await beat;
        }
    }

    private async Task JudgeAsync(
        RestoreTest test, DrillLog log, DrillFindings found, CancellationToken cancellationToken)
    {
        await log.CheckAsync("verifier", async () => await verifier.CheckAsync(cancellationToken), cancellationToken);
        if (drills.FirstOrDefault(one => one.Method == test.Method) is not { } drill)
        {
            log.Note("method", CheckResult.CouldNotLook($"This build has no test of the method {test.Method}."));
            return;
        }

        // What restores a server on Azure does not run here.
        if (test.Method is not DrillMethod.Azure)
            found.CpuPercent = HoldBack(test);
        try
        {
            await drill.RunAsync(test, log, found, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.Fail("tester", exception);
        }
    }

    /// <summary>Always set: a killed tester may have left another limit.</summary>
    /// <returns>What the test is held to, in percent of one processor; 0: without a limit.</returns>
    private int HoldBack(RestoreTest test)
    {
        var limit = options.Value.Drill.CpuPercent;
        if (BackgroundGroup.TryLimit(limit) || limit == 0)
            return limit;
        NotLimited(logger, test.Id, limit);
        return 0;
    }

    /// <summary>
    /// Keeps the lease until the test is closed, and stops the test when it is lost. While the database is away nobody
    /// else takes it.
    /// </summary>
    private async Task BeatAsync(
        ClaimedTest claimed, DrillLog log, CancellationTokenSource stop, CancellationToken closed)
    {
        var phase = "";
        try
        {
            while (true)
            {
                await Task.Delay(phase == log.Phase ? Beat : TimeSpan.FromMilliseconds(200), time, closed);
                phase = log.Phase;
                try
                {
                    if (!await tests.SeeAsync(claimed, phase, closed))
                    {
                        LeaseLost(logger, claimed.Test.Id, null);
                        await stop.CancelAsync();
                        return;
                    }
                }
                catch (Exception exception) when (Outage.Is(exception))
                {
                    LeaseLost(logger, claimed.Test.Id, exception);
                }
            }
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The test is closed.
        }
    }

    private async Task CloseKilledAsync(CancellationToken cancellationToken)
    {
        while (await tests.ClaimKilledAsync(cancellationToken) is { } killed)
        {
            var log = new DrillLog(time, null, logger);
            log.Note("tester", CheckResult.CouldNotLook($"The tester was killed in phase {killed.Test.Phase}."));
            await CloseAsync(
                killed,
                log,
                new DrillFindings { Teardown = "The next start removes what a killed tester leaves." },
                cancellationToken);
        }
    }

    /// <summary>What can't be written down keeps the test from passing, whatever was seen.</summary>
    private async Task<DrillEvidence> CloseAsync(
        ClaimedTest claimed, DrillLog log, DrillFindings found, CancellationToken cancellationToken)
    {
        var evidence = Write(claimed.Test, log, found);
        var isOurs = true;
        try
        {
            evidence = await closing.SignAsync(evidence, cancellationToken);
        }
        catch (Exception exception)
        {
            NotClosed(logger, evidence.TestId, "evidence", exception);
            log.Fail("evidence", exception);
            evidence = Write(claimed.Test, log, found);
        }

        try
        {
            isOurs = await closing.FinishAsync(claimed, evidence, found, cancellationToken);
            if (!isOurs)
                LeaseLost(logger, claimed.Test.Id, null);
        }
        catch (Exception exception)
        {
            NotClosed(logger, evidence.TestId, "database", exception);
            log.Fail("written_down", exception);
            return Write(claimed.Test, log, found);
        }

        metrics.DrillEnded(evidence);
        if (isOurs)
            await ToldAsync(evidence, cancellationToken);
        Ended(logger, evidence.Server, Word(evidence.Method), Word(evidence.Verdict), evidence.TestId);
        if (isOurs)
            return evidence;

        log.Note(
            "written_down", CheckResult.CouldNotLook(
                "Somebody else closed this test, since its tester was not heard of for a minute."));
        return Write(claimed.Test, log, found);
    }

    /// <summary>The verdict stands, and its metric tells it too.</summary>
    private async Task ToldAsync(DrillEvidence evidence, CancellationToken cancellationToken)
    {
        try
        {
            await closing.TryAsync(() => TellAsync(evidence, cancellationToken), cancellationToken);
        }
        catch (Exception exception)
        {
            NotClosed(logger, evidence.TestId, "alarm", exception);
        }
    }

    private async Task<bool> TellAsync(DrillEvidence evidence, CancellationToken cancellationToken)
    {
        var (failed, inconclusive) = (AlarmKind.RestoreTestFailed, AlarmKind.RestoreTestInconclusive);
        if (evidence.Verdict is Verdict.Failed)
            await alarms.RaiseAsync(evidence.Server, failed, evidence.Reasons[0], cancellationToken);
        else if (evidence.Verdict is Verdict.Inconclusive)
            await alarms.RaiseAsync(evidence.Server, inconclusive, evidence.Reasons[0], cancellationToken);
        else
        {
            await alarms.EndAsync(evidence.Server, failed, cancellationToken);
            await alarms.EndAsync(evidence.Server, inconclusive, cancellationToken);
            await alarms.EndAsync(evidence.Server, AlarmKind.RestoreNotVerified, cancellationToken);
        }

        return true;
    }

    private DrillEvidence Write(RestoreTest test, DrillLog log, DrillFindings found) =>
        EvidenceSheet.Fill(test, log, found, options.Value.Drill, time.GetUtcNow());

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    [LoggerMessage(
        EventName = "restore_test_ended", Level = LogLevel.Information, Message = "{server} {method} {verdict} {test}")]
    private static partial void Ended(ILogger logger, string server, string method, string verdict, Guid test);

    [LoggerMessage(EventName = "restore_test_not_closed", Level = LogLevel.Error, Message = "{test} {what}")]
    private static partial void NotClosed(ILogger logger, Guid test, string what, Exception exception);

    [LoggerMessage(EventName = "restore_test_not_limited", Level = LogLevel.Warning, Message = "{test} {cpu_percent}")]
    private static partial void NotLimited(ILogger logger, Guid test, int cpu_percent);

    [LoggerMessage(EventName = "restore_test_lease_lost", Level = LogLevel.Warning, Message = "{test}")]
    private static partial void LeaseLost(ILogger logger, Guid test, Exception? exception);
}
