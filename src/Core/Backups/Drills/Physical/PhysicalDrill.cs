using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>
/// Restores a base backup and replays its WAL to an explicit target on a scratch server, then looks at everything that
/// it brought back.
/// </summary>
public sealed class PhysicalDrill(
    BackupVault vault,
    BackupCatalogue catalogue,
    DrillPlanner planner,
    PhysicalRestore restore,
    PhysicalChecks checks,
    BackupTargets targets,
    IOptions<BackupOptions> options,
    TimeProvider time) : IDrill
{
    private static readonly TimeSpan LeastBudget = TimeSpan.FromMinutes(15);

    private BackupOptions Options => options.Value;

    public DrillMethod Method => DrillMethod.Physical;

    public IReadOnlyList<string> Checks { get; } =
    [
        "catalogue", "keys", "target", "window", "disk_space", "fetch", "backup_manifest", "system_identifier",
        "target_reached", "isolation", "parity", "amcheck", "read_back", "data_manifest", "canaries", "heartbeats",
        "sequences", "drift", "rto", "page_checksums", "teardown",
    ];

    public async Task RunAsync(RestoreTest test, DrillLog log, DrillFindings found, CancellationToken cancellationToken)
    {
        var server = targets.Find(test.Server);
        IReadOnlyList<CatalogueEntry> entries = [];
        var isWhole = await log.CheckAsync("catalogue", async () =>
        {
            entries = await catalogue.ReadAsync(server.Name, cancellationToken);
            return CheckResult.Right($"{entries.Count} entries, each signed and linked to the one before.");
        }, cancellationToken);
        if (!isWhole)
            return;
        await log.CheckAsync("keys", () => KeyCheck.RunAsync(vault, entries, cancellationToken), cancellationToken);
        if (await planner.PlanAsync(test, server.Name, entries, log, found, cancellationToken) is not { } chosen)
            return;

        var folders = new ScratchFolders(Path.Combine(Options.Folder, DrillFolders.Scratch));
        var scratch = await folders.CreateAsync(cancellationToken);
        try
        {
            await RestoreAsync(server, chosen, scratch, log, found, cancellationToken);
        }
        finally
        {
            await TearDown.RunAsync(scratch, log, found);
        }
    }

    private async Task RestoreAsync(
        TargetServer target,
        ChosenPlan chosen,
        ScratchFolder scratch,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        if (await FetchAsync(chosen.Plan, scratch, log, cancellationToken) is not { } cluster
            || await StartAsync(target, cluster, log, found, cancellationToken) is not { } server)
        {
            return;
        }

        await using (server)
        {
            var subject = new ServerUnderTest(new(server.ConnectionString("postgres")), server.Binaries);
            var isIsolated = await log.CheckAsync(
                "isolation",
                () => Isolation.CheckAsync(subject, chosen.Plan, cluster.Folder, cancellationToken),
                cancellationToken);
            if (isIsolated)
                await log.PhaseAsync("checks", () => LookAsync(subject, target, chosen, log, found, cancellationToken));
            log.Note("rto", Objectives.Rto(Options.Drill, found));
            await server.StopAsync(immediate: false, cancellationToken);
        }

        await log.CheckAsync("page_checksums", async () => await PageChecksumCheck.RunAsync(
            (await ServerUser.OwnAsync(cluster.Folder, cancellationToken)).InBackground(),
            server.Binaries,
            cluster.Folder,
            chosen.Plan.Base.Server.HasDataChecksums,
            cancellationToken), cancellationToken);
    }

    /// <summary>Null: it came to nothing, which is noted.</summary>
    private async Task<RestoredCluster?> FetchAsync(
        RestorePlan plan, ScratchFolder scratch, DrillLog log, CancellationToken cancellationToken)
    {
        RestoredCluster cluster;
        log.Enter("fetch");
        try
        {
            cluster = await restore.FetchAsync(
                plan,
                scratch.Data,
                new PhysicalRestoreOptions { Check = FileCheck.PgVerifyBackup, IsBackground = true },
                log.Progress,
                cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var isManifest = exception is BackupException { Code: "backup_damaged" };
            if (isManifest)
                log.Note("fetch", CheckResult.Right("Every object came as it was written."));
            log.Fail(isManifest ? "backup_manifest" : "fetch", exception);
            return null;
        }

        log.Add(cluster.Phases);
        log.Note("fetch", CheckResult.Right(
            $"The base and {plan.Segments.Count} segments came out of the store; "
            + "every object has the length and the SHA-256 that were signed."));
        log.Note(
            "backup_manifest",
            CheckResult.Right("pg_verifybackup: every file of the base is there and has its SHA-256."));
        return await log.CheckAsync(
            "system_identifier",
            () => Isolation.IdentifyAsync(cluster.Folder, plan, cancellationToken),
            cancellationToken)
            ? cluster
            : null;
    }

    private async Task<RestoredServer?> StartAsync(
        TargetServer target,
        RestoredCluster cluster,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var budget = TimeSpan.FromSeconds(Options.Drill.RtoTargetSeconds * 3);
        RestoredServer server;
        log.Enter("replay");
        try
        {
            server = await RestoredServer.StartAsync(
                cluster,
                new RestoredServerOptions
                {
                    Budget = budget > LeastBudget ? budget : LeastBudget,
                    Superuser = target.Address.Username,
                    IsBackground = true,
                    // A page whose checksum is wrong is an error, whatever the backup's settings say.
                    Settings = new Dictionary<string, string>
                    {
                        ["ignore_checksum_failure"] = "off",
                        ["zero_damaged_pages"] = "off",
                    },
                },
                log.Progress,
                time,
                cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            log.Fail("target_reached", exception);
            return null;
        }

        log.Add(server.Phases);
        found.Reached = server.Reached;
        found.RtoSeconds = Objectives.RtoSeconds(Method, log.Phases);
        log.Note(
            "target_reached", CheckResult.Right($"The server says that it ended recovery {server.Reached.Proof}."));
        return server;
    }

    private async Task<bool> LookAsync(
        ServerUnderTest subject,
        TargetServer target,
        ChosenPlan chosen,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        await checks.RunAsync(subject, target, chosen, log, found, cancellationToken);
        foreach (var (name, sql) in Options.Drill.Assertions)
        {
            await log.CheckAsync(
                $"assertion_{name}",
                () => AssertionCheck.RunAsync(subject, target.Address.Database ?? "postgres", sql, cancellationToken),
                cancellationToken);
        }

        return true;
    }
}
