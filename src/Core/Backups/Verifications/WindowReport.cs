using System.Globalization;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Verifications;

/// <summary>
/// Stores what can be restored, and tells operators when that shrinks: a new hole, backups that stopped coming, and the
/// dead man's rule, that nothing is believed that was not restored lately.
/// </summary>
public sealed class WindowReport(
    BackupTargets targets,
    BackupCatalogue catalogue,
    RecoveryWindows windows,
    RestoreTests tests,
    JobResults results,
    OperatorAlarms alarms,
    IOptions<BackupOptions> options,
    TimeProvider time)
{
    public const string Job = "window";

    /// <summary>Of the usual time between two backups.</summary>
    private const double Patience = 2.5;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var target in targets.All)
            await RunAsync(target.Name, cancellationToken);
    }

    public async Task<RecoveryWindow> RunAsync(string server, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var before = await results.LastAsync(server, Job, BackupJson.Default.RecoveryWindow, cancellationToken);
        var window = await windows.ReadAsync(server, cancellationToken);
        await results.StoreAsync(
            server, Job, startedAt, window, BackupJson.Default.RecoveryWindow, null, cancellationToken);

        await TellHolesAsync(before, window, cancellationToken);
        var kept = await catalogue.KeptAsync(server, cancellationToken);
        await TellAsync(
            server,
            AlarmKind.RestoreNotVerified,
            await NotVerifiedAsync(server, kept, cancellationToken),
            cancellationToken);
        await TellAsync(
            server, AlarmKind.RunMissing, await RunMissingAsync(server, kept, cancellationToken), cancellationToken);
        return window;
    }

    private async Task TellHolesAsync(
        RecoveryWindow? before, RecoveryWindow window, CancellationToken cancellationToken)
    {
        var known = before?.Holes.Select(hole => hole.From).ToHashSet() ?? [];
        var added = window.Holes.Where(hole => !known.Contains(hole.From)).ToList();
        if (added is [var first, ..])
        {
            await alarms.RaiseAsync(
                window.Server, AlarmKind.WindowHole,
                $"From {first.From:u} to {first.To:u} nothing can be restored: {first.Reason}", cancellationToken);
        }
        else if (window.Holes.Count == 0)
        {
            await alarms.EndAsync(window.Server, AlarmKind.WindowHole, cancellationToken);
        }
    }

    /// <summary>Before the first test, the age of the oldest backup counts.</summary>
    private async Task<string?> NotVerifiedAsync(
        string server, IReadOnlyList<CatalogueEntry> kept, CancellationToken cancellationToken)
    {
        var passed = await tests.LastPassedAsync(server, cancellationToken);
        var since = passed ?? (kept is [var oldest, ..] ? oldest.At : null);
        var hours = options.Value.Drill.MaximumAgeHours;
        return since is { } then && time.GetUtcNow() - then > TimeSpan.FromHours(hours)
            ? passed is null
                ? $"There are backups since {then:u}, and no restore test has passed yet; "
                    + $"one is due every {hours} hours."
                : $"No restore test has passed since {then:u}; one is due every {hours} hours."
            : null;
    }

    private async Task<string?> RunMissingAsync(
        string server, IReadOnlyList<CatalogueEntry> kept, CancellationToken cancellationToken)
    {
        var hours = options.Value.Drill.MaximumAgeHours;
        var last = await tests.LastQueuedAsync(server, cancellationToken);
        if (last is { } at && time.GetUtcNow() - at > TimeSpan.FromHours(hours))
            return $"No restore test was begun since {at:u}: is the timer RunRestoreTest off?";
        return Overdue("base backup", kept.Where(entry => entry.Physical is not null))
            ?? Overdue("dump", kept.Where(entry => entry.Logical is not null));
    }

    /// <summary>The schedule is what the last ones show.</summary>
    private string? Overdue(string what, IEnumerable<CatalogueEntry> backups)
    {
        var times = backups.Select(entry => entry.At).TakeLast(8).ToList();
        if (times.Count < 3)
            return null;

        var gaps = times.Zip(times.Skip(1), (one, next) => next - one).Order().ToList();
        var usual = gaps[gaps.Count / 2];
        var age = time.GetUtcNow() - times[^1];
        return age > (usual * Patience) + TimeSpan.FromMinutes(10)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The last {what} is of {times[^1]:u}; one used to come every {usual.TotalHours:0.#} hours.")
            : null;
    }

    private Task TellAsync(string server, AlarmKind kind, string? detail, CancellationToken cancellationToken) =>
        detail is null
        ? alarms.EndAsync(server, kind, cancellationToken)
        : alarms.RaiseAsync(server, kind, detail, cancellationToken);
}
