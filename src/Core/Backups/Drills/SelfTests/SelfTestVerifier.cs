using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// Tests the tester: makes a small server, backs it up, damages copies of that backup in every way that is known, and
/// demands that each is noticed for the right reason, and that those to which nothing was done pass.
/// </summary>
public sealed partial class SelfTestVerifier(
    NpgsqlDataSource dataSource,
    JobResults results,
    OperatorAlarms alarms,
    IOptions<BackupOptions> options,
    TimeProvider time,
    ILoggerFactory loggers)
{
    public const string Job = "self_test";

    private readonly ILogger logger = loggers.CreateLogger<SelfTestVerifier>();

    /// <param name="ended">Told of each copy that was looked at.</param>
    public async Task<SelfTestReport> RunAsync(IProgress<SelfTestCase>? ended, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        await using var scratch = await new ScratchFolders(Path.Combine(options.Value.Folder, DrillFolders.Scratch))
            .CreateAsync(cancellationToken);
        var specimen = await Specimen.MakeAsync(
            Path.Combine(scratch.Path, "specimen"), options.Value.Folder, dataSource, loggers, cancellationToken);
        var report = await RunAsync(specimen, scratch.Path, Damages.All, ended, cancellationToken);
        await WriteDownAsync(report, startedAt, cancellationToken);
        return report;
    }

    /// <summary>Keeps the report, and tells operators of a miss.</summary>
    internal async Task WriteDownAsync(
        SelfTestReport report, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        await results.StoreAsync(
            SelfTestServices.Server, Job, startedAt, report, BackupJson.Default.SelfTestReport,
            report.IsPassed ? null : ("verifier_failed", string.Join(", ", report.Missed)),
            cancellationToken);
        if (report.IsPassed)
            await alarms.EndAsync(SelfTestServices.Server, AlarmKind.VerifierFailed, cancellationToken);
        else
            await alarms.RaiseAsync(
                SelfTestServices.Server,
                AlarmKind.VerifierFailed,
                $"Not noticed, or for a wrong reason: {string.Join(", ", report.Missed)}.",
                cancellationToken);
    }

    /// <summary>Of one specimen, without writing the result down.</summary>
    internal async Task<SelfTestReport> RunAsync(
        Specimen specimen,
        string folder,
        IReadOnlyList<Damage> damages,
        IProgress<SelfTestCase>? ended,
        CancellationToken cancellationToken)
    {
        // Always set: a killed tester may have left another limit.
        _ = BackgroundGroup.TryLimit(options.Value.Drill.CpuPercent);
        List<SelfTestCase> cases = [];
        foreach (var damage in damages)
        {
            var one = await RunAsync(specimen, Path.Combine(folder, "copy"), damage, cancellationToken);
            Looked(logger, one.Name, one.IsRight, one.Detail);
            if (damage is { Expected: null, Method: Look.Manifest } && one.IsRight)
                await specimen.RememberComparedAsync(dataSource, loggers, cancellationToken);
            cases.Add(one);
            ended?.Report(one);
        }

        return new SelfTestReport(time.GetUtcNow(), cases);
    }

    private async Task<SelfTestCase> RunAsync(
        Specimen specimen, string folder, Damage damage, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var copy = await DamagedCopy.MakeAsync(specimen, folder, dataSource, loggers, cancellationToken);
        await damage.Do(copy, cancellationToken);
        var checks = damage.Method is Look.Wal
            ? await LookAtWalAsync(copy, cancellationToken)
            : await DrillAsync(copy, damage.Method, cancellationToken);
        List<string> wrong = [.. checks.Where(check => check.Result is Verdict.Failed).Select(check => check.Name)];
        var verdict = Verdicts.Of(checks);
        return new SelfTestCase(
            damage.Name,
            damage.Expected,
            wrong,
            damage.Expected is { } expected
                ? verdict is Verdict.Failed
                && wrong.Contains(expected)
                : verdict is Verdict.Passed,
            checks.Count == 0
                || verdict is Verdict.Passed
                ? "Nothing was found."
                : string.Join(' ', Verdicts.Reasons(checks).Take(4)),
            Math.Round(time.GetElapsedTime(started).TotalSeconds, 3));
    }

    private async Task<IReadOnlyList<DrillCheck>> DrillAsync(
        DamagedCopy copy, Look method, CancellationToken cancellationToken)
    {
        var drill = copy.Services.GetServices<IDrill>()
            .Single(one => one.Method == (method is Look.Dump ? DrillMethod.Logical : DrillMethod.Physical));
        var test = new RestoreTest
        {
            Id = Guid.CreateVersion7(),
            Server = SelfTestServices.Server,
            Method = drill.Method,
            Status = TestStatus.Running,
            CreatedAt = time.GetUtcNow(),
            Target = method switch
            {
                Look.Manifest => new DrillTarget("manifest", "", "self-test"),
                Look.Newest => new DrillTarget("newest", "", "self-test"),
                _ => null,
            },
        };
        var log = new DrillLog(time, null, logger);
        await drill.RunAsync(test, log, new DrillFindings(), cancellationToken);
        log.Complete(drill.Checks);
        return log.Checks;
    }

    private static async Task<IReadOnlyList<DrillCheck>> LookAtWalAsync(
        DamagedCopy copy, CancellationToken cancellationToken)
    {
        var finding = await copy.Services.GetRequiredService<WalInspection>()
            .LookAsync(SelfTestServices.Server, Wal.Chains.ChainProgress.None, cancellationToken);
        return [new DrillCheck(
            "wal", finding.Verdict, finding.Damages.FirstOrDefault("The chain is whole."), finding.Seconds)];
    }

    [LoggerMessage(
        EventName = "self_test_looked", Level = LogLevel.Information, Message = "{damage} {is_right} {detail}")]
    private static partial void Looked(ILogger logger, string damage, bool is_right, string detail);
}
