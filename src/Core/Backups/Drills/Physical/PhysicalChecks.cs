using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>What is looked at on a scratch server whose recovery reached its target.</summary>
public sealed class PhysicalChecks(
    BackupCatalogue catalogue,
    DataManifests manifests,
    HeartbeatLedger ledger,
    RestoreTests tests,
    IOptions<BackupOptions> options,
    TimeProvider time)
{
    private const int ManifestsCompared = 6;

    /// <summary>How much of the time that a test took so far may go into searches of large indexes.</summary>
    private const double DescentShare = 0.1;

    public async Task RunAsync(
        ServerUnderTest subject,
        TargetServer target,
        ChosenPlan chosen,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var databases = await subject.DatabasesAsync(cancellationToken);
        await log.CheckAsync("parity", async () =>
        {
            var parity = await ParityCheck.CompareAsync(subject, chosen.Plan.Base.Server, databases, cancellationToken);
            found.ParityNotes = parity.Notes;
            return parity.Result;
        }, cancellationToken);

        // What is compared is read before anything is written: amcheck installs its extension.
        IReadOnlyList<DatabaseContent>? content = null;
        await log.CheckAsync("read_back", async () =>
        {
            content = await subject.ReadContentAsync(databases, cancellationToken);
            return ContentComparison.ReadBack(content);
        }, cancellationToken);
        await HeartbeatsAsync(subject, target, chosen, log, found, cancellationToken);
        await CanariesAsync(subject, target, log, found, cancellationToken);
        var before = await tests.LastProfileAsync(target.Name, DrillMethod.Physical, cancellationToken);
        if (content is not null)
            await ContentAsync(subject, target, chosen, content, before, log, found, cancellationToken);
        var descent = new RootDescent(subject, before?.Descents ?? [], time.GetUtcNow());
        var budget = (time.GetUtcNow() - log.StartedAt) * DescentShare;
        await log.CheckAsync(
            "amcheck", () => AmcheckCheck.RunAsync(subject, descent, budget, cancellationToken), cancellationToken);
        if (found.Profile is { } profile)
            found.Profile = profile with { Descents = descent.Turns };
    }

    private async Task ContentAsync(
        ServerUnderTest subject,
        TargetServer target,
        ChosenPlan chosen,
        IReadOnlyList<DatabaseContent> content,
        DataProfile? before,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var reached = found.ProvenUntil ?? found.Reached?.At ?? chosen.Plan.Base.FinishedAt;
        DataManifest? own = null;
        await log.CheckAsync("data_manifest", async () =>
        {
            if (chosen.Choice.ManifestOf is not { DataManifest: { } written } restored)
            {
                return ContentComparison.Elsewhere(
                    chosen.Plan.Base, await catalogue.ReadAsync(target.Name, cancellationToken));
            }

            own = await manifests.ReadAsync(written, cancellationToken);
            var exact = ContentComparison.Exact(own.Databases, content, isPhysical: true);
            found.MismatchedTables = exact.Findings;
            found.ComparedManifest = exact.Verdict is Verdict.Passed && restored.Id == chosen.Plan.Base.Id;
            return exact;
        }, cancellationToken);

        IReadOnlyList<string> behind = [];
        await log.CheckAsync("sequences", async () =>
        {
            behind = await SequenceCheck.BehindAsync(
                subject, content.Select(database => database.Database), cancellationToken);
            return SequenceCheck.Compare(own?.Databases, content, behind, before?.SequencesBehind);
        }, cancellationToken);
        await log.CheckAsync("drift", async () =>
        {
            var columns = await Profiler.ReadAsync(subject, content, cancellationToken);
            found.Profile = new DataProfile
            {
                At = reached,
                Tables = TableProfile.Of(content),
                Columns = columns,
                SequencesBehind = behind,
            };
            var earlier = await EarlierAsync(target.Name, chosen, found, cancellationToken);
            return Drift(earlier, content, reached, before, columns);
        }, cancellationToken);
    }

    private static CheckResult Drift(
        IReadOnlyList<DataManifest> earlier,
        IReadOnlyList<DatabaseContent> content,
        DateTimeOffset reached,
        DataProfile? before,
        IReadOnlyList<ColumnProfile> columns)
    {
        List<DataStep> steps =
        [
            .. earlier.Select(manifest => DataStep.Of(manifest.At, manifest.Databases))
                .Concat(before is not null && before.At < reached ? [DataStep.Of(before)] : [])
                .OrderBy(step => step.At),
            DataStep.Of(reached, content),
        ];
        List<string> findings = [.. DriftCheck.Rows(steps, before?.At)];
        if (before is not null && before.At < reached)
            findings.AddRange(DriftCheck.Columns(before.Columns, columns));
        return CheckResult.From(
            findings,
            steps.Count == 1 && before is null
                ? "This is the first look at this data: the next ones compare with it."
                : "No table is gone or lost a large share of its rows, and no column turned into ciphertext, "
                    + $"over {steps.Count} points in time.");
    }

    private async Task HeartbeatsAsync(
        ServerUnderTest subject,
        TargetServer target,
        ChosenPlan chosen,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var isNewest = chosen.Choice.Target.Kind is RestoreTargetKind.Newest;
        await log.CheckAsync("heartbeats", async () =>
        {
            var restored = await HeartbeatCheck.ReadAsync(
                subject, target.Address.Database ?? "postgres", cancellationToken);
            var first = restored.Newest is [.., var oldest] ? oldest.At : chosen.Plan.Base.StartedAt;
            var until = chosen.Choice.Target.Time ?? (isNewest ? null : found.Reached?.At);
            var way = HeartbeatCheck.OnTheWay(
                await ledger.ReadAsync(
                    target.Name,
                    first < chosen.Plan.Base.StartedAt ? first : chosen.Plan.Base.StartedAt,
                    time.GetUtcNow().AddDays(1),
                    cancellationToken),
                until);
            var finding = HeartbeatCheck.Compare(
                restored,
                way,
                found.Reached?.Lsn ?? chosen.Plan.Base.StopLsn,
                HeartbeatCheck.Limit(chosen.Choice.Target.Time, found.Reached?.At));
            // Of the newest point, what was committed before the test began counts, shipped or not.
            found.LostHeartbeats = isNewest
                && way.LastOrDefault(heartbeat => heartbeat.At <= log.StartedAt) is { } newest
                ? Math.Max(0, newest.Id - (restored.Last ?? 0))
                : finding.Lost;
            found.ProvenUntil = Latest(finding.LastAt, found.Reached?.At);
            if (isNewest && found.ProvenUntil is { } proven)
                found.RpoSeconds = Math.Max(0, Math.Round((log.StartedAt - proven).TotalSeconds, 3));
            return finding.Result;
        }, cancellationToken);
        if (isNewest && target.Target.ReceivesWal)
            log.Note("rpo", Objectives.Rpo(options.Value.Drill, found.RpoSeconds));
    }

    private static async Task CanariesAsync(
        ServerUnderTest subject,
        TargetServer target,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken) =>
        await log.CheckAsync("canaries", async () =>
        {
            var result = await CanaryCheck.RunAsync(subject, target.Address.Database ?? "postgres", cancellationToken);
            found.CanaryMismatches = result.Findings;
            return result;
        }, cancellationToken);

    /// <summary>
    /// The last data manifests before the reached point, oldest first. The one of this very point says what was
    /// restored, and nothing of what was before.
    /// </summary>
    private async Task<IReadOnlyList<DataManifest>> EarlierAsync(
        string server, ChosenPlan chosen, DrillFindings found, CancellationToken cancellationToken)
    {
        var until = chosen.Choice.ManifestOf?.ManifestPoint?.Lsn ?? found.Reached?.Lsn ?? chosen.Plan.Base.StopLsn;
        List<DataManifest> earlier = [];
        foreach (var written in (await catalogue.KeptAsync(server, cancellationToken))
            .Select(entry => entry.Physical)
            .Where(backup => backup?.ManifestPoint is { } point
                && point.Lsn <= until
                && backup.Id != chosen.Choice.ManifestOf?.Id)
            .Select(backup => backup?.DataManifest)
            .OfType<VaultObject>()
            .TakeLast(ManifestsCompared))
        {
            earlier.Add(await manifests.ReadAsync(written, cancellationToken));
        }

        return earlier;
    }

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;
}
