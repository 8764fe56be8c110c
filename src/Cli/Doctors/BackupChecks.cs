using System.Globalization;
using Microsoft.Extensions.Configuration;
using NCrontab;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Cli.Doctors;

/// <summary>
/// Whether backups are taken, can be read, and were proved. Where no store is configured one finding says so.
/// </summary>
internal static class BackupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("backups", Configured),
        .. BackupStoreChecks.All,
        .. BackupServerChecks.All,
        new("backup-age", WhereConfigured(AgesAsync)),
        new("restore-tests", WhereConfigured(RestoreTestsAsync)),
        new("schedules", Schedules),
    ];

    /// <summary>A check that has nothing to look at while nothing is backed up, and then finds nothing.</summary>
    public static Func<Examination, CancellationToken, Task<IReadOnlyList<Finding>>> WhereConfigured(
        Func<Examination, CancellationToken, Task<IReadOnlyList<Finding>>> look) =>
        (examination, cancellationToken) => examination.Options<BackupOptions>().IsConfigured
            ? look(examination, cancellationToken)
            : Task.FromResult<IReadOnlyList<Finding>>([]);

    /// <summary>The findings of each server, or a word that all is well.</summary>
    public static async Task<IReadOnlyList<Finding>> OfServersAsync(
        Examination examination, string check, string well, Func<TargetServer, Task<IEnumerable<Finding>>> look)
    {
        List<Finding> findings = [];
        foreach (var server in examination.Service<BackupTargets>().All)
            findings.AddRange(await look(server));
        return findings.Count > 0 ? findings : [Finding.Ok(check, well)];
    }

    private static Task<IReadOnlyList<Finding>> Configured(Examination examination, CancellationToken cancellationToken)
    {
        var count = examination.Service<BackupTargets>().All.Count;
        return Task.FromResult<IReadOnlyList<Finding>>(
        [
            examination.Options<BackupOptions>().IsConfigured
                ? Finding.Ok("backups", string.Create(CultureInfo.InvariantCulture, $"Configured for {count} servers."))
                : examination.IsLocal
                    ? Finding.Ok("backups", "None, on one machine.")
                    : Finding.Problem(
                        "backups", "Nothing is backed up.",
                        "Set Backups__Store__Url and what docs/operations/backups.md says beside it."),
        ]);
    }

    private static Task<IReadOnlyList<Finding>> AgesAsync(Examination examination, CancellationToken cancellationToken)
    {
        var schedules = examination.Options<ScheduleOptions>();
        return OfServersAsync(examination, "backup-age", "None is overdue.", async server =>
        {
            var kept = await examination.Service<BackupCatalogue>().KeptAsync(server.Name, cancellationToken);
            return
            [
                .. Overdue(
                    server,
                    "base backup",
                    "backup",
                    kept.LastOrDefault(entry => entry.Physical is not null),
                    schedules.TakeBackup),
                .. Overdue(
                    server, "dump", "dump", kept.LastOrDefault(entry => entry.Logical is not null), schedules.TakeDump),
            ];
        });
    }

    private static IEnumerable<Finding> Overdue(
        TargetServer server, string what, string command, CatalogueEntry? newest, string schedule)
    {
        var mend = $"Run ./recoveryos {command} --server {server.Name}; what it says is also why the timer does not.";
        if (newest is null)
        {
            yield return Finding.Problem("backup-age", $"There is no {what} of {server.Name}.", mend);
            yield break;
        }

        var now = TimeProvider.System.GetUtcNow();
        var age = now - newest.At;
        if (LongestPause(schedule, now.UtcDateTime) is { } pause && age > pause * 1.5)
        {
            yield return Finding.Problem(
                "backup-age",
                string.Create(CultureInfo.InvariantCulture,
                    $"The newest {what} of {server.Name} is {age.TotalHours:0} h old, "
                    + $"and one is due every {pause.TotalHours:0.#} h."),
                mend);
        }
    }

    /// <summary>Null for a schedule that never comes twice, or is none: that is another check's to say.</summary>
    private static TimeSpan? LongestPause(string schedule, DateTime now)
    {
        if (Parse(schedule) is not { } cron)
            return null;

        foreach (var span in (TimeSpan[])[TimeSpan.FromDays(32), TimeSpan.FromDays(800)])
        {
            var due = cron.GetNextOccurrences(now, now + span).Take(10_000).ToList();
            if (due.Count > 1)
                return due.Zip(due.Skip(1), (one, next) => next - one).Max();
        }

        return null;
    }

    private static Task<IReadOnlyList<Finding>> RestoreTestsAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromHours(examination.Options<BackupOptions>().Drill.MaximumAgeHours);
        return OfServersAsync(examination, "restore-tests", "None is overdue.", async server =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var passed = await examination.Service<RestoreTests>().LastPassedAsync(server.Name, cancellationToken);
            var since = passed
                ?? (await examination.Service<BackupCatalogue>().ReadAsync(server.Name, cancellationToken))
                    .FirstOrDefault(entry => entry.Physical is not null || entry.Logical is not null)?.At;
            // Without a backup there is nothing to test; that is the check before.
            return since is not { } from || now - from <= limit ? [] :
            [
                Finding.Problem(
                    "restore-tests",
                    passed is null
                        ? $"No restore test of {server.Name} has ever passed: "
                            + "nobody knows whether its backups are any good."
                        : string.Create(CultureInfo.InvariantCulture,
                            $"The last restore test of {server.Name} that passed is {(now - from).TotalHours:0} h ago; "
                            + $"{limit.TotalHours:0} h are allowed."),
                    $"Run ./recoveryos restore-test --server {server.Name}; "
                    + "docs/operations/restore-tests.md says what its verdict means."),
            ];
        });
    }

    private static Task<IReadOnlyList<Finding>> Schedules(Examination examination, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> wrong =
        [
            .. examination.Service<IConfiguration>().GetSection(ScheduleOptions.Section).GetChildren()
                .Where(schedule => Parse(schedule.Value ?? "") is null)
                .Select(schedule => Finding.Problem(
                    "schedules", $"Schedules:{schedule.Key} is no schedule: the service does not start.",
                    $"Set Schedules__{schedule.Key} to six fields, seconds first, such as 0 0 2 * * * for 02:00 UTC.")),
        ];
        return Task.FromResult(wrong.Count > 0 ? wrong : [Finding.Ok("schedules", "All can be read.")]);
    }

    private static CrontabSchedule? Parse(string schedule) =>
        CrontabSchedule.TryParse(schedule, new() { IncludingSeconds = schedule.Split(' ').Length is 6 });
}
