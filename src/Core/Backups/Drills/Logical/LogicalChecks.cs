using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Logical;

/// <summary>What is looked at in databases that came out of dumps.</summary>
public sealed class LogicalChecks(DataManifests manifests, RestoreTests tests)
{
    /// <summary>Reads all of the database that one dump became, before the next one takes its place.</summary>
    internal async Task ReadAsync(
        DatabaseDump dump, ServerUnderTest subject, RestoredDumps read, CancellationToken cancellationToken)
    {
        read.Expected.AddRange((await manifests.ReadAsync(dump.DataManifest, cancellationToken)).Databases);
        var content = (await subject.ReadContentAsync([LogicalRestore.Database], cancellationToken))[0];
        read.Restored.Add(content with { Database = dump.Database });
        read.Columns.AddRange((await Profiler.ReadAsync(subject, [content], cancellationToken))
            .Select(column => column with { Database = dump.Database }));
        read.SequencesBehind.AddRange(
            (await SequenceCheck.BehindAsync(subject, [LogicalRestore.Database], cancellationToken))
            .Select(name => $"{dump.Database}{name[LogicalRestore.Database.Length..]}"));
    }

    internal async Task CompareAsync(
        TargetServer target,
        RestoredDumps read,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var at = found.ProvenUntil ?? log.StartedAt;
        var before = await tests.LastProfileAsync(target.Name, DrillMethod.Logical, cancellationToken);
        found.Profile = new DataProfile
        {
            At = at,
            Tables = TableProfile.Of(read.Restored),
            Columns = read.Columns,
            SequencesBehind = read.SequencesBehind,
        };
        log.Note("read_back", ContentComparison.ReadBack(read.Restored));
        var exact = ContentComparison.Exact(read.Expected, read.Restored, isPhysical: false);
        found.MismatchedTables = exact.Findings;
        found.ComparedManifest = exact.Verdict is Verdict.Passed;
        log.Note("data_manifest", exact);
        log.Note("sequences", SequenceCheck.Compare(
            read.Expected, read.Restored, read.SequencesBehind, before?.SequencesBehind));
        List<DataStep> steps = [.. before is null ? [] : new[] { DataStep.Of(before) }, DataStep.Of(at, read.Restored)];
        List<string> drift =
            [.. DriftCheck.Rows(steps, null), .. DriftCheck.Columns(before?.Columns ?? [], read.Columns)];
        log.Note("drift", CheckResult.From(drift, before is null
            ? "This is the first look at this data: the next ones compare with it."
            : "No table is gone or lost a large share of its rows, and no column turned into ciphertext."));
    }
}

/// <summary>What was read of them so far, under the names that they have on their server.</summary>
internal sealed class RestoredDumps
{
    /// <summary>By the manifests of the dumps' own snapshots.</summary>
    public List<DatabaseContent> Expected { get; } = [];

    public List<DatabaseContent> Restored { get; } = [];

    public List<ColumnProfile> Columns { get; } = [];

    public List<string> SequencesBehind { get; } = [];
}
