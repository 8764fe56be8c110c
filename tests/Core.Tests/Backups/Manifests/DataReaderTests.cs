using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Manifests;

public sealed class DataReaderTests(SpecimenFixture fixture)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hashes_do_not_depend_on_the_sessions_settings()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await specimen.ExecuteAsync(
            "postgres",
            $"""
            ALTER DATABASE {Specimen.Main} SET DateStyle = 'German';
            ALTER DATABASE {Specimen.Main} SET TimeZone = 'Asia/Tokyo';
            ALTER DATABASE {Specimen.Main} SET bytea_output = 'escape';
            ALTER DATABASE {Specimen.Main} SET extra_float_digits = -3;
            ALTER DATABASE {Specimen.Main} SET IntervalStyle = 'iso_8601';
            ALTER DATABASE {Specimen.Main} SET quote_all_identifiers = on
            """,
            Stop);
        var odd = await ReadAsync(specimen);
        await specimen.ExecuteAsync("postgres", $"ALTER DATABASE {Specimen.Main} RESET ALL", Stop);
        var usual = await ReadAsync(specimen);

        Assert.Empty(Differences.Between(usual, odd));
        Assert.NotNull(usual.Tables.Single(table => table.Name is "every_type").Hash);
    }

    [Fact]
    public async Task Any_change_of_a_row_changes_the_hash_and_the_order_of_rows_does_not()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await specimen.ExecuteAsync(
            Specimen.Odd, "CREATE TABLE ordered AS SELECT i, md5(i::text) FROM generate_series(1, 100) i", Stop);
        try
        {
            var before = await HashAsync(specimen);
            await specimen.ExecuteAsync(
                Specimen.Odd,
                "CREATE TABLE turned AS SELECT * FROM ordered ORDER BY i DESC; "
                + "DROP TABLE ordered; ALTER TABLE turned RENAME TO ordered",
                Stop);
            Assert.Equal(before, await HashAsync(specimen));
            await specimen.ExecuteAsync(Specimen.Odd, "UPDATE ordered SET md5 = 'x' WHERE i = 50", Stop);
            Assert.NotEqual(before, await HashAsync(specimen));
        }
        finally
        {
            await specimen.ExecuteAsync(Specimen.Odd, "DROP TABLE IF EXISTS ordered, turned", CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_column_named_like_the_tables_alias_is_not_taken_for_the_row()
    {
        var specimen = await fixture.ShareAsync(Stop);
        var before = (await ReadAsync(specimen)).Tables.Single(table => table.Name is "notes").Hash;
        await specimen.ExecuteAsync(Specimen.Main, "UPDATE notes SET body = body || '!' WHERE id = 7", Stop);

        Assert.NotEqual(before, (await ReadAsync(specimen)).Tables.Single(table => table.Name is "notes").Hash);
    }

    private static async Task<(long?, string?)> HashAsync(Specimen specimen)
    {
        await using var connection = await specimen.OpenAsync(Specimen.Odd, Stop);
        var content = await DataReader.ReadAsync(connection, table => table.Name is "ordered", Stop);
        var table = content.Tables.Single(table => table.Name is "ordered");
        return (table.Rows, table.Hash);
    }

    private static async Task<DatabaseContent> ReadAsync(Specimen specimen)
    {
        await using var connection = await specimen.OpenAsync(Specimen.Main, Stop);
        // Other tests' writers work on these two.
        return await DataReader.ReadAsync(connection, table => table.Name is not ("accounts" or "entries"), Stop);
    }
}
