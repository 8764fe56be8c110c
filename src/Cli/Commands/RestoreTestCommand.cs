using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Commands;

/// <summary>Restores a backup to throw it away, and says whether it was any good.</summary>
internal static class RestoreTestCommand
{
    private const string RequestedBy = "command";
    private const int CouldNotLook = 2;

    public static Command Create()
    {
        var server = new Option<string?>("--server")
        {
            Description = "Which server's [default: the only one]",
            HelpName = "NAME",
        };
        var method = new Option<string>("--method")
        {
            Description = "What is restored",
            DefaultValueFactory = _ => "physical",
        };
        method.AcceptOnlyFromAmong("physical", "logical", "azure");
        var time = new Option<string?>("--to-time")
        {
            Description = "Restore to this moment, such as 2026-01-31T12:00:00Z",
            HelpName = "TIME",
        };
        var newest = new Option<bool>("--newest") { Description = "Restore to the newest point" };
        var manifest = new Option<bool>("--manifest")
        {
            Description = "Restore to where the newest backup's rows were counted",
        };
        var json = new Option<bool>("--json") { Description = "Print the evidence as JSON" };
        var command = new ExampleCommand(
            "restore-test",
            "Restore a backup on a scratch server, look at all of it, and throw it away. "
            + "Exit code 0: passed, 1: something is wrong, 2: something could not be looked at.",
            "./recoveryos restore-test",
            "./recoveryos restore-test --method logical --json",
            "./recoveryos restore-test --to-time 2026-01-31T12:00:00Z")
        {
            server, method, time, newest, manifest, json,
        };
        command.Add(SelfTestCommand.Create());
        foreach (var evidence in EvidenceCommands.Create())
            command.Add(evidence);
        command.Validators.Add(result =>
        {
            var targets = new Option[] { time, newest, manifest }
                .Count(option => result.GetResult(option) is { Implicit: false });
            if (targets > 1)
                result.AddError("Give one of --to-time, --newest and --manifest.");
            if (targets > 0
                && result.GetResult(method) is { Implicit: false }
                && result.GetValue(method) is not "physical")
            {
                result.AddError("A target goes with --method physical.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // A live server may be on this machine: a test takes only what others leave.
            _ = BackgroundGroup.TryAdd(Environment.ProcessId);
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var target = parsed.GetValue(time) is { } moment ? Time(moment)
                : parsed.GetValue(newest) ? new DrillTarget("newest", "", "asked for")
                : parsed.GetValue(manifest) ? new DrillTarget("manifest", "", "asked for")
                : null;
            var test = new NewRestoreTest(
                Server(services.GetRequiredService<BackupTargets>(), parsed.GetValue(server)),
                Enum.Parse<DrillMethod>(parsed.GetRequiredValue(method), ignoreCase: true),
                target);
            try
            {
                return await RunAsync(services, test, parsed.GetValue(json), cancellationToken);
            }
            catch (Exception exception)
                when (exception is not OperationCanceledException && Failure.Describe(exception) is not null)
            {
                // 1 would say that a backup is bad.
                await Console.Error.WriteLineAsync($"recoveryos: {Failure.Describe(exception)?.Message}");
                return CouldNotLook;
            }
        });

        return command;
    }

    /// <exception cref="CliException">There are several, and none was named.</exception>
    public static string Server(BackupTargets targets, string? name) => name is not null ? targets.Find(name).Name
        : targets.All is [var only] ? only.Name
        : throw new CliException(
            $"Name one with --server: {string.Join(", ", targets.All.Select(target => target.Name))}.");

    private static async Task<int> RunAsync(
        BackupCommandServices services, NewRestoreTest asked, bool json, CancellationToken cancellationToken)
    {
        var tests = services.GetRequiredService<RestoreTests>();
        var test = await tests.QueueAsync(asked, RequestedBy, cancellationToken);
        var evidence = await services.GetRequiredService<RestoreTestRunner>()
            .RunAsync(test.Id, json ? null : new PhaseLines(), cancellationToken);
        if (evidence is null)
        {
            await Console.Error.WriteLineAsync(
                $"recoveryos: Another test of {asked.Server} runs; "
                + $"this one, {test.Id}, waits for its turn in the service.");
            return CouldNotLook;
        }

        await Console.Out.WriteLineAsync(
            json ? DrillJson.Of(evidence) : string.Join(Environment.NewLine, Lines(evidence)));
        return evidence.Verdict switch { Verdict.Passed => 0, Verdict.Failed => 1, _ => CouldNotLook };
    }

    private static DrillTarget Time(string moment) =>
        DateTimeOffset.TryParse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new DrillTarget(
                "time",
                time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                "asked for")
            : throw new CliException("--to-time is a moment such as 2026-01-31T12:00:00Z.");

    private static IEnumerable<string> Lines(DrillEvidence evidence)
    {
        foreach (var check in evidence.Checks)
            yield return $"{Mark(check.Result)}  {check.Name,-22} {check.Detail}";
        yield return "";
        yield return $"{evidence.Server}: {Word(evidence.Verdict)}. RTO {Actual(evidence.Rto)}, "
            + $"RPO {Actual(evidence.Rpo)}. Test {evidence.TestId}";
    }

    private static string Actual(Objective objective) => objective.ActualSeconds is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : "not measured";

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "ok   ",
        Verdict.Failed => "WRONG",
        _ => "?    ",
    };

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        _ => "inconclusive",
    };

    /// <summary>A line on standard error for each phase, as it begins.</summary>
    private sealed class PhaseLines : IProgress<BackupProgress>
    {
        private string last = "";

        public void Report(BackupProgress value)
        {
            if (value.Phase == last)
                return;
            last = value.Phase;
            Console.Error.WriteLine($"… {value.Phase}");
        }
    }
}
