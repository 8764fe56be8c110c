using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.Logical;

/// <summary>
/// Restores the newest dump, database by database, into an empty <c>recovery_test</c> on a server made for this, and
/// holds what came against the counts and hashes of the dump's own snapshot.
/// </summary>
public sealed class LogicalDrill(
    BackupVault vault,
    BackupCatalogue catalogue,
    LogicalChecks checks,
    BackupTargets targets,
    IOptions<BackupOptions> options) : IDrill
{
    /// <summary>What a dump becomes when it is restored, at most, beside the dump itself.</summary>
    private const double Growth = 1.3;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["listen_addresses"] = "",
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["autovacuum"] = "off",
        ["max_wal_size"] = "4GB",
        ["max_locks_per_transaction"] = "512",
        ["wal_level"] = "minimal",
        ["max_wal_senders"] = "0",
    };

    private BackupOptions Options => options.Value;

    public DrillMethod Method => DrillMethod.Logical;

    public IReadOnlyList<string> Checks { get; } =
    [
        "catalogue", "keys", "target", "disk_space", "fetch", "preflight", "parity", "globals", "restore", "read_back",
        "data_manifest", "sequences", "drift", "rto", "teardown",
    ];

    public async Task RunAsync(RestoreTest test, DrillLog log, DrillFindings found, CancellationToken cancellationToken)
    {
        var target = targets.Find(test.Server);
        IReadOnlyList<CatalogueEntry> entries = [];
        CatalogueEntry? newest = null;
        var isWhole = await log.CheckAsync("catalogue", async () =>
        {
            entries = await catalogue.ReadAsync(target.Name, cancellationToken);
            newest = BackupCatalogue.KeptOf(entries).LastOrDefault(entry => entry.Logical is not null);
            return CheckResult.Right($"{entries.Count} entries, each signed and linked to the one before.");
        }, cancellationToken);
        if (!isWhole)
            return;
        await log.CheckAsync("keys", () => KeyCheck.RunAsync(vault, entries, cancellationToken), cancellationToken);
        if (newest is not { Logical: { } backup })
        {
            log.Note("target", CheckResult.CouldNotLook("There is no dump yet."));
            return;
        }

        Describe(newest, backup, log, found);
        var needed = (long)(backup.Databases.Sum(dump => dump.DataBytes) * Growth)
            + backup.Databases.Sum(dump => dump.Dump.Length);
        if (!await log.CheckAsync(
            "disk_space", () => Task.FromResult(DiskBudget.Check(Options, needed)), cancellationToken))
        {
            return;
        }

        var scratch = await new ScratchFolders(Path.Combine(Options.Folder, DrillFolders.Scratch))
            .CreateAsync(cancellationToken);
        try
        {
            await TestAsync(target, backup, scratch, log, found, cancellationToken);
        }
        finally
        {
            await TearDown.RunAsync(scratch, log, found);
        }
    }

    private static void Describe(CatalogueEntry entry, LogicalBackup backup, DrillLog log, DrillFindings found)
    {
        found.Target = new DrillTarget("dump", backup.Id.ToString(), "the newest dump");
        found.Backup = new BackupUsed(
            backup.Id, backup.FinishedAt, entry.Sequence, backup.Databases.Sum(dump => dump.Dump.StoredLength), 0);
        found.RpoSeconds = backup.Databases.Count > 0
            ? Math.Round((log.StartedAt - backup.Databases.Min(dump => dump.TakenAt)).TotalSeconds, 3)
            : null;
        log.Note("target", backup.Databases.Count > 0
            ? CheckResult.Right($"The dump of {backup.FinishedAt:u}, with {backup.Databases.Count} databases.")
            : CheckResult.Wrong("The newest dump holds no database."));
    }

    private async Task TestAsync(
        TargetServer target,
        LogicalBackup backup,
        ScratchFolder scratch,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var dumps = new Dumps(vault, backup, Path.Combine(scratch.Path, "dumps"));
        var binaries = await TargetServer.BinariesAsync(backup.Server.MajorVersion, cancellationToken);
        var isFetched = await log.CheckAsync("fetch", async () =>
        {
            var bytes = await log.PhaseAsync("fetch", () => dumps.FetchAsync(cancellationToken), bytes => bytes);
            return CheckResult.Right(
                $"{bytes} bytes came out of the store; each file has the length and the SHA-256 that were signed.");
        }, cancellationToken);
        if (!isFetched || !await PreflightAsync(backup, dumps, binaries, log, cancellationToken))
            return;

        log.Enter("start");
        PostgresServer server;
        try
        {
            server = await log.PhaseAsync(
                "start", () => PostgresServer.StartAsync(scratch.Path, Settings, cancellationToken));
        }
        catch (PostgresServerException exception)
        {
            log.Fail("restore", exception);
            return;
        }

        await using (server)
        {
            await server.YieldAsync(cancellationToken);
            var restore = new LogicalRestore(server, binaries, backup, dumps);
            await log.CheckAsync("parity", async () =>
            {
                var parity = await ParityCheck.CompareExtensionsAsync(
                    restore.Subject, backup.Server, cancellationToken);
                found.ParityNotes = parity.Notes;
                return parity.Result;
            }, cancellationToken);
            if (await log.CheckAsync("globals", () => restore.GlobalsAsync(cancellationToken), cancellationToken))
                await DatabasesAsync(target, backup, restore, log, found, cancellationToken);
        }
    }

    /// <summary>Reads each dump through, without a server: a list of contents would come from a cut one too.</summary>
    private static Task<bool> PreflightAsync(
        LogicalBackup backup,
        Dumps dumps,
        PostgresBinaries binaries,
        DrillLog log,
        CancellationToken cancellationToken) =>
        log.CheckAsync("preflight", () => log.PhaseAsync("verify", async () =>
        {
            List<string> findings = [];
            foreach (var dump in backup.Databases)
            {
                var read = await PostgresTool.RunAsync(
                    BackgroundCommand.Of([binaries["pg_restore"], "-f", "/dev/null", dumps.Of(dump)]), null, null, null,
                    cancellationToken);
                if (read.ExitCode != 0)
                    findings.Add(
                        $"The dump of {dump.Database} can't be read through: {Explanations.Sentence(read.Reason)}");
            }

            return CheckResult.From(findings, $"{backup.Databases.Count} dumps were read through to their ends.");
        }), cancellationToken);

    private async Task DatabasesAsync(
        TargetServer target,
        LogicalBackup backup,
        LogicalRestore restore,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var read = new RestoredDumps();
        foreach (var dump in backup.Databases)
        {
            var result = await log.PhaseAsync(
                "replay", () => restore.RestoreAsync(dump, cancellationToken), _ => dump.DataBytes);
            if (result.Verdict is not Verdict.Passed)
            {
                log.Note("restore", result);
                return;
            }

            await log.PhaseAsync("checks", async () =>
            {
                await checks.ReadAsync(dump, restore.Subject, read, cancellationToken);
                if (dump.Database == target.Address.Database)
                    await AssertAsync(restore.Subject, log, cancellationToken);
                return true;
            });
        }

        log.Note(
            "restore", CheckResult.Right(
                $"{backup.Databases.Count} dumps were restored into an empty database without an error."));
        found.RtoSeconds = Objectives.RtoSeconds(Method, log.Phases);
        found.ProvenUntil = backup.Databases.Min(dump => dump.TakenAt);
        await checks.CompareAsync(target, read, log, found, cancellationToken);
        log.Note("rto", Objectives.Rto(Options.Drill, found));
    }

    private async Task AssertAsync(ServerUnderTest subject, DrillLog log, CancellationToken cancellationToken)
    {
        foreach (var (name, sql) in Options.Drill.Assertions)
        {
            await log.CheckAsync(
                $"assertion_{name}",
                () => AssertionCheck.RunAsync(subject, LogicalRestore.Database, sql, cancellationToken),
                cancellationToken);
        }
    }
}
