using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.Dumps;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Tests.Backups.Manifests;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Proofs;

/// <summary>
/// A server with one of everything, backed up while it is written to, and restored: equal to its manifest.
/// </summary>
public sealed class RestoredEqualTests(AzuriteFixture azurite, ProofSpecimen proof) : IClassFixture<ProofSpecimen>
{
    private const int WritersAtOnce = 8;
    private const int LargeRows = 3_300_000;
    /// <summary>Usually others share the machine.</summary>
    private static readonly int RateAtLeast = LongRun.Or(200, 1000);

    /// <summary>Backups:Manifest:MaximumLockMilliseconds, as it is where nobody changed it.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(5000);

    private static readonly string[] Kinds = ["physical", "logical"];

    private static bool IsWhole => LongRun.IsOn;

    /// <summary>Each kind, store and seal in two ways; in the long version all eight, and two of 1 GB.</summary>
    public static TheoryData<string, string, bool, int> Ways => new([
        .. from kind in Kinds
        from store in new[] { "folder", "blob" }
        from isSealed in new[] { false, true }
        where IsWhole || (kind is "physical" == store is "folder") == isSealed
        select (kind, store, isSealed, ProofSpecimen.Rows),
        .. IsWhole ? Kinds.Select(kind => (kind, "folder", true, LargeRows)) : []]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_backup_under_load_comes_back_equal_to_its_manifest(
        string kind, string store, bool isSealed, int rows)
    {
        if (rows == ProofSpecimen.Rows)
        {
            await ProveAsync(await proof.ShareAsync(Stop), kind, store, isSealed, LongRun.Or(1, 20));
            return;
        }

        await using var large = await Specimen.StartAsync(rows, null, Stop);
        await ProveAsync(large, kind, store, isSealed, 1);
    }

    private async Task ProveAsync(Specimen specimen, string kind, string store, bool isSealed, int rounds)
    {
        var container = store is "blob" ? await azurite.ContainerAsync(Stop) : null;
        await using var stage = await ProofStage.OpenAsync(
            specimen, $"{kind}-{store}-{(isSealed ? "sealed" : "plain")}", container, isSealed);
        if (kind is "physical")
            await stage.ReceiveAsync();
        for (var round = 0; round < rounds; round++)
        {
            var entry = await TakeAsync(specimen, stage, kind);
            if (entry is { Physical: { } physical })
                await AssertServerAsync(stage, physical);
            else
                await AssertDatabasesAsync(specimen, stage, entry);
        }
    }

    /// <summary>While it is taken, writers commit at their pace, and none waits longer than the limit.</summary>
    private static async Task<CatalogueEntry> TakeAsync(Specimen specimen, ProofStage stage, string kind)
    {
        await using var writers = new Writers(specimen.Server.ConnectionString(Specimen.Main), WritersAtOnce);
        await writers.WaitForAsync(200, Stop);
        writers.ResetLongest();
        var (before, started) = (writers.Transactions, TimeProvider.System.GetTimestamp());
        var entry = kind is "physical"
            ? await stage.Services.Physical.TakeAsync(stage.Target, null, Stop)
            : await stage.Services.Logical.TakeAsync(stage.Target, null, Stop);
        var rate = (writers.Transactions - before) / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await writers.StopAsync();

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rate:F0} transactions/s, the longest took {writers.Longest.TotalMilliseconds:F0} ms"));
        Assert.True(rate >= RateAtLeast, $"only {rate:F0} transactions/s");
        Assert.True(writers.Longest < LongestHold, $"a transaction took {writers.Longest}");
        return entry;
    }

    private static async Task AssertServerAsync(ProofStage stage, PhysicalBackup backup)
    {
        Assert.Null(backup.ManifestFailure);
        Assert.NotNull(backup.ManifestPoint);
        Assert.NotNull(backup.DataManifest);
        await stage.ShippedAsync(backup.ManifestPoint.Lsn);

        await using var restored = await stage.RestoreAsync(RestoreTarget.ToName(backup.ManifestPoint.Name));

        var manifest = await stage.Services.Manifests.ReadAsync(backup.DataManifest, Stop);
        List<DatabaseContent> found = [];
        foreach (var database in manifest.Databases)
            found.Add(await restored.ReadAsync(database.Database));
        AssertHashed(manifest, "unlogged", "foreign");
        Assert.Empty(
            manifest.Databases.Zip(found, (expected, actual) => Differences.Between(expected, actual))
                .SelectMany(lines => lines));
        var exact = ContentComparison.Exact(manifest.Databases, found, isPhysical: true);
        Assert.True(exact.Verdict is Verdict.Passed, exact.ToString());
        var sequences = SequenceCheck.Compare(manifest.Databases, found, [], null);
        Assert.True(sequences.Verdict is Verdict.Passed, sequences.ToString());
    }

    private static async Task AssertDatabasesAsync(Specimen specimen, ProofStage stage, CatalogueEntry entry)
    {
        const string Restored = "restored \"here\"";
        var dumps = stage.Services.Get<DumpRestore>();
        var address = new NpgsqlConnectionStringBuilder(specimen.Server.ConnectionString("postgres"));
        Assert.NotNull(entry.Logical);
        Assert.Equal(4, entry.Logical.Databases.Count);
        foreach (var dump in entry.Logical.Databases)
        {
            var plan = await dumps.PlanAsync(stage.Name, dump.Database, Stop);
            Assert.Equal(entry.Sequence, plan.CatalogueSequence);

            await dumps.RestoreAsync(plan, address, new DumpRestoreOptions { Into = Restored }, null, Stop);

            var manifest = await stage.Services.Manifests.ReadAsync(dump.DataManifest, Stop);
            AssertHashed(manifest, "extension", "foreign");
            await using (var connection = await specimen.OpenAsync(Restored, Stop))
            {
                Assert.Empty(Differences.Between(
                    manifest.Databases.Single(), await DataReader.ReadAsync(connection, _ => true, Stop), "extension"));
            }

            await specimen.ExecuteAsync("postgres", "DROP DATABASE \"restored \"\"here\"\"\" WITH (FORCE)", Stop);
        }
    }

    /// <summary>What was not looked at is equal to everything.</summary>
    private static void AssertHashed(DataManifest manifest, params string[] otherKinds) => Assert.Empty(
        from database in manifest.Databases
        from table in database.Tables
        where table.Hash is null && !otherKinds.Contains(table.Kind) && table.Name is not "unpopulated"
        select $"{database.Database}.{table.Name}: {table.Unread}");
}
