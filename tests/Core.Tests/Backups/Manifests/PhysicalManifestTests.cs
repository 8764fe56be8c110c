using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Manifests;

public sealed class PhysicalManifestTests(SpecimenFixture fixture)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_tables_are_hashed_in_turn()
    {
        var specimen = await fixture.ShareAsync(Stop);
        var options = new ManifestOptions { SmallTableBytes = 200_000 };
        List<string> hashed = [];
        DataManifest? previous = null;
        do
        {
            previous = (await TakeAsync(specimen, options, previous)).Manifest;
            hashed.Add(Assert.Single(Large(previous), table => table.Hash is not null).Name);
        }
        while (hashed.Count < Large(previous).Count());

        // Each has had its turn, and none a second one before the others had theirs.
        Assert.Superset(new HashSet<string>(["in_tablespace", "long_values", "notes"]), hashed.ToHashSet());
        Assert.Equal(Large(previous).Select(table => table.Name).Order(), hashed.Order());
        Assert.All(Large(previous), table => Assert.NotNull(table.HashedAt));

        static IEnumerable<TableContent> Large(DataManifest manifest) =>
            Tables(manifest).Where(table => table.Bytes > 200_000);
    }

    [Fact]
    public async Task A_table_that_stays_locked_is_named_and_the_others_are_hashed()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var holder = await specimen.OpenAsync(Specimen.Main, Stop);
        await using var transaction = await holder.BeginTransactionAsync(Stop);
        await using var command = new Npgsql.NpgsqlCommand(
            "LOCK TABLE guarded IN ROW EXCLUSIVE MODE", holder, transaction);
        await command.ExecuteNonQueryAsync(Stop);

        var taken = await TakeAsync(specimen, new ManifestOptions { MaximumLockMilliseconds = 2000 }, null);

        var guarded = Tables(taken.Manifest).Single(table => table.Name is "guarded");
        Assert.Null(guarded.Hash);
        Assert.NotNull(guarded.Unread);
        Assert.NotNull(Tables(taken.Manifest).Single(table => table.Name is "notes").Hash);
        Assert.InRange(taken.Held.TotalMilliseconds, 0, 2500);
    }

    [Fact]
    public async Task Writers_are_held_for_less_than_the_bound_and_none_is_a_deadlocks_victim()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var writers = new Writers(specimen.Server.ConnectionString(Specimen.Main), 8);
        await writers.WaitForAsync(500, Stop);
        writers.ResetLongest();

        for (var manifest = 0; manifest < 3; manifest++)
            await TakeAsync(specimen, new ManifestOptions(), null);
        var (longest, rate) = (writers.Longest, writers.TransactionsPerSecond);
        await writers.StopAsync();

        TestContext.Current.SendDiagnosticMessage(
            $"longest commit {longest.TotalMilliseconds:F0} ms at {rate:F0} transactions/s");
        Assert.InRange(longest.TotalMilliseconds, 0, 5000);
    }

    [Fact]
    public async Task Every_kind_of_table_is_told_and_what_can_be_read_is_hashed()
    {
        var specimen = await fixture.ShareAsync(Stop);

        var taken = await TakeAsync(specimen, new ManifestOptions(), null);

        var main = taken.Manifest.Databases.Single(database => database.Database is Specimen.Main);
        var kinds = main.Tables.ToDictionary(
            table => table.Name, table => (table.Kind, IsHashed: table.Hash is not null));
        Assert.Equal(("ordinary", true), kinds["every_type"]);
        Assert.Equal(("ordinary", true), kinds["no_columns"]);
        Assert.Equal(("ordinary", true), kinds["a table; with 'quotes' and.dots"]);
        Assert.Equal(("partition", true), kinds["measurements_2026_1"]);
        Assert.Equal(("materialized_view", true), kinds["note_lengths"]);
        Assert.Equal(("materialized_view", false), kinds["unpopulated"]);
        Assert.Equal(("unlogged", false), kinds["cache"]);
        Assert.Equal(("foreign", false), kinds["far_away"]);
        Assert.Equal(("large_objects", true), kinds["pg_largeobject"]);
        Assert.Equal(3, main.LargeObjects);
        Assert.Equal(2, main.Tables.Single(table => table.Name is "no_columns").Rows);
        Assert.DoesNotContain("measurements", kinds.Keys);
        Assert.Equal(
            [Specimen.Odd, Specimen.Empty, "postgres", Specimen.Main],
            taken.Manifest.Databases.Select(database => database.Database).Where(name => name is not "restored"));
        Assert.All(
            main.Tables.Where(table => table.Kind is not "materialized_view"), table => Assert.Null(table.Unread));
    }

    private static IEnumerable<TableContent> Tables(DataManifest? manifest) =>
        (manifest?.Databases ?? []).SelectMany(database => database.Tables);

    private static async Task<ManifestOutcome.Taken> TakeAsync(
        Specimen specimen, ManifestOptions options, DataManifest? previous)
    {
        var outcome = await new PhysicalManifest(specimen.Target(), options, NullLogger.Instance)
            .TakeAsync("recoveryos-test", previous, Stop);
        return Assert.IsType<ManifestOutcome.Taken>(outcome);
    }
}
