using System.Text.Json;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>What is looked at on a scratch server whose recovery reached its target.</summary>
public sealed class PhysicalChecks(
    BackupVault vault,
    BackupCatalogue catalogue,
    HeartbeatLedger ledger,
    RestoreTests tests,
    IOptions<BackupOptions> options,
    TimeProvider time)
{
    private const int ManifestsCompared = 6;

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
        if (content is not null)
            await ContentAsync(subject, target, chosen, content, log, found, cancellationToken);
        await log.CheckAsync("amcheck", () => AmcheckCheck.RunAsync(subject, cancellationToken), cancellationToken);
    }

    private async Task ContentAsync(
        ServerUnderTest subject,
        TargetServer target,
        ChosenPlan chosen,
        IReadOnlyList<DatabaseContent> content,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var reached = found.ProvenUntil ?? found.Reached?.At ?? chosen.Plan.Base.FinishedAt;
        IReadOnlyList<DataManifest> manifests = [];
        await log.CheckAsync("data_manifest", async () =>
        {
            manifests = await ManifestsAsync(
                target.Name,
                chosen.Choice.ManifestOf?.ManifestPoint?.Lsn ?? found.Reached?.Lsn ?? chosen.Plan.Base.StopLsn,
                cancellationToken);
            if (chosen.Choice.ManifestOf is not null)
            {
                var exact = ContentComparison.Exact(manifests[^1].Databases, content, isPhysical: true);
                found.MismatchedTables = exact.Findings;
                return exact;
            }

            return manifests is [.., var last]
                ? ContentComparison.Elsewhere(last.Databases, content)
                : CheckResult.CouldNotLook(chosen.Plan.Base.ManifestFailure is { } why
                    ? $"The backup has no data manifest: {why}"
                    : "No backup before this point has a data manifest.");
        }, cancellationToken);

        var before = await tests.LastProfileAsync(target.Name, DrillMethod.Physical, cancellationToken);
        IReadOnlyList<string> behind = [];
        await log.CheckAsync("sequences", async () =>
        {
            behind = await SequenceCheck.BehindAsync(
                subject, content.Select(database => database.Database), cancellationToken);
            return SequenceCheck.Compare(
                chosen.Choice.ManifestOf is null || manifests.Count == 0 ? null : manifests[^1].Databases,
                content, behind, before?.SequencesBehind);
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
            return Drift(chosen, manifests, content, reached, before, columns);
        }, cancellationToken);
    }

    private static CheckResult Drift(
        ChosenPlan chosen,
        IReadOnlyList<DataManifest> manifests,
        IReadOnlyList<DatabaseContent> content,
        DateTimeOffset reached,
        DataProfile? before,
        IReadOnlyList<ColumnProfile> columns)
    {
        // The manifest of this very point says what was restored, and nothing of what was before.
        var earlier = chosen.Choice.ManifestOf is null ? manifests : [.. manifests.SkipLast(1)];
        List<DataStep> steps =
        [
            .. earlier.Select(manifest => DataStep.Of(manifest.At, manifest.Databases)), DataStep.Of(reached, content),
        ];
        List<string> findings = [.. DriftCheck.Rows(steps, before?.At)];
        if (before is not null && before.At < reached)
            findings.AddRange(DriftCheck.Columns(before.Columns, columns));
        return CheckResult.From(
            findings, $"No table lost a large share of its rows, and no column turned into ciphertext, over {steps.Count} points in time.");
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
                restored, way, found.Reached?.Lsn ?? chosen.Plan.Base.StopLsn, until ?? found.Reached?.At);
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
    /// The last data manifests up to the reached point, oldest first; the point's own is the last one.
    /// </summary>
    private async Task<IReadOnlyList<DataManifest>> ManifestsAsync(
        string server, Lsn until, CancellationToken cancellationToken)
    {
        List<DataManifest> manifests = [];
        foreach (var entry in (await catalogue.KeptAsync(server, cancellationToken))
            .Where(
                entry => entry.Physical is { DataManifest: not null, ManifestPoint: { } point } && point.Lsn <= until)
            .TakeLast(ManifestsCompared))
        {
            if (entry.Physical?.DataManifest is not { } written)
                continue;
            await using var stream = await vault.OpenAsync(written, cancellationToken);
            manifests.Add(await JsonSerializer.DeserializeAsync(stream, BackupJson.Default.DataManifest, cancellationToken)
                ?? throw new JsonException("a data manifest is null"));
        }

        return manifests;
    }

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;
}
