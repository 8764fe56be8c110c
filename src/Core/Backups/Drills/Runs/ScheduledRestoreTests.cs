using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>The tests that come by themselves: of each server, each kind of backup that it has.</summary>
public sealed class ScheduledRestoreTests(
    BackupTargets targets,
    BackupCatalogue catalogue,
    RestoreTests tests,
    RestoreTestRunner runner,
    IOptions<BackupOptions> options)
{
    public const string RequestedBy = "schedule";

    /// <summary>
    /// Queues them, unless one like it waits, and runs whatever waits. Where a new backup's manifest came first, a
    /// second test goes to another point: with a backup a day, nothing else would ever be restored to.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var ended = await RunOnceAsync(targets.All, cancellationToken);
        List<TargetServer> again =
            [.. targets.All.Where(target => ended.Any(test => test.Server == target.Name && PassedManifest(test)))];
        foreach (var target in again)
            await tests.QueueAsync(
                new NewRestoreTest(target.Name, DrillMethod.Physical, null), RequestedBy, cancellationToken);
        if (again.Count > 0)
            await runner.RunQueuedAsync(cancellationToken);
    }

    private static bool PassedManifest(DrillEvidence test) => test is
    {
        Method: DrillMethod.Physical, Target.Choice: TargetChoice.Manifest, Verdict: Verdict.Passed,
    };

    private async Task<IReadOnlyList<DrillEvidence>> RunOnceAsync(
        IReadOnlyList<TargetServer> servers, CancellationToken cancellationToken)
    {
        foreach (var target in servers)
        {
            foreach (var method in await MethodsAsync(target.Name, cancellationToken))
            {
                if (!await tests.IsPendingAsync(target.Name, method, cancellationToken))
                    await tests.QueueAsync(
                        new NewRestoreTest(target.Name, method, null), RequestedBy, cancellationToken);
            }
        }

        return await runner.RunQueuedAsync(cancellationToken);
    }

    /// <summary>
    /// A catalogue that can't be read is no reason to test nothing: the test says what is wrong with it.
    /// </summary>
    private async Task<IReadOnlyList<DrillMethod>> MethodsAsync(string server, CancellationToken cancellationToken)
    {
        List<DrillMethod> methods = [DrillMethod.Physical];
        try
        {
            if ((await catalogue.KeptAsync(server, cancellationToken)).Any(entry => entry.Logical is not null))
                methods.Add(DrillMethod.Logical);
        }
        catch (CatalogueException)
        {
            methods.Add(DrillMethod.Logical);
        }

        // The server in Azure is one of its own, under the first name.
        if (options.Value.Azure.SourceServerId is not "" && server == targets.All[0].Name)
            methods.Add(DrillMethod.Azure);
        return methods;
    }
}
