using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>A server of the tests' own stands for the restored one; what is said of the first one is made up.</summary>
public sealed class ParityCheckTests(PostgresFixture postgres) : IAsyncLifetime
{
    private NpgsqlConnection? connection;
    private ServerUnderTest? subject;
    private ServerFacts? facts;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NpgsqlConnection Connection => connection ?? throw new InvalidOperationException("not opened");

    private ServerUnderTest Subject => subject ?? throw new InvalidOperationException("not opened");

    private ServerFacts Facts => facts ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync()
    {
        var url = await postgres.CreateDatabaseAsync(Stop);
        subject = new ServerUnderTest(
            new NpgsqlConnectionStringBuilder(url), await PostgresBinaries.FindAsync((int?)null, Stop));
        connection = await subject.OpenAsync(new NpgsqlConnectionStringBuilder(url).Database ?? "", Stop);
        facts = new ServerFacts
        {
            MajorVersion = int.Parse(await AskAsync("SHOW server_version_num"), CultureInfo.InvariantCulture) / 10_000,
            Version = await AskAsync("SHOW server_version"),
            SystemIdentifier = "1",
            WalSegmentSize = 16 * 1024 * 1024,
            HasDataChecksums = await AskAsync("SHOW data_checksums") is "on",
            Extensions =
            [
                new(
                    Connection.Database, "plpgsql",
                    await AskAsync("SELECT extversion FROM pg_extension WHERE extname = 'plpgsql'")),
            ],
            Settings = new Dictionary<string, string> { ["max_connections"] = await AskAsync("SHOW max_connections") },
        };
    }

    public async ValueTask DisposeAsync() => await Connection.DisposeAsync();

    [Fact]
    public async Task The_same_machine_passes_and_nothing_is_told()
    {
        var finding = await CompareAsync(Facts);

        Assert.Equal(Verdict.Passed, finding.Result.Verdict);
        Assert.Empty(finding.Notes);
    }

    [Fact]
    public async Task Another_major_version_fails() => await AssertFailsAsync(
        Facts with { MajorVersion = 14 }, $"This is PostgreSQL {Facts.MajorVersion}, the backup is from 14.");

    [Fact]
    public async Task Page_checksums_that_are_not_as_they_were_fail() => await AssertFailsAsync(
        Facts with { HasDataChecksums = !Facts.HasDataChecksums }, "Page checksums are");

    [Fact]
    public async Task An_extension_of_another_version_fails() => await AssertFailsAsync(
        Facts with { Extensions = [.. Facts.Extensions, new("clinic", "plpgsql", "0.9")] },
        "The extension plpgsql 0.9 of clinic is not installed");

    [Fact]
    public async Task Another_minor_version_and_smaller_settings_are_told_and_no_more()
    {
        var finding = await CompareAsync(Facts with
        {
            Version = "15.0",
            Settings = new Dictionary<string, string> { ["max_connections"] = "100000", ["max_wal_senders"] = "1" },
        });

        Assert.Equal(Verdict.Passed, finding.Result.Verdict);
        Assert.Equal(2, finding.Notes.Count);
        Assert.Contains("the backup is from 15.0", finding.Notes[0], StringComparison.Ordinal);
        Assert.Contains("100000 on the server", finding.Notes[1], StringComparison.Ordinal);
    }

    /// <summary>What a backup from another libc or ICU looks like here: its catalogue names other versions.</summary>
    [Fact]
    public async Task A_database_that_was_sorted_by_another_version_fails()
    {
        const string Change = "UPDATE pg_database SET datcollversion = {0} WHERE datname = current_database()";
        await ExecuteAsync(string.Format(CultureInfo.InvariantCulture, Change, "'2.28'"));
        try
        {
            await AssertFailsAsync(Facts, $"The collation {Connection.Database}'s own is of version");
        }
        finally
        {
            // The server is shared, and every database of it is looked at.
            await ExecuteAsync(string.Format(CultureInfo.InvariantCulture, Change, "NULL"));
        }
    }

    [Fact]
    public async Task A_column_that_was_sorted_by_another_version_fails_and_a_collation_that_none_uses_does_not()
    {
        await ExecuteAsync("""
            CREATE COLLATION used (provider = icu, locale = 'fr-CA');
            CREATE COLLATION unused (provider = icu, locale = 'fr-CA');
            CREATE TABLE names (name text COLLATE used);
            UPDATE pg_collation SET collversion = '1.1' WHERE collname = 'unused'
            """);
        Assert.Equal(Verdict.Passed, (await CompareAsync(Facts)).Result.Verdict);

        await ExecuteAsync("UPDATE pg_collation SET collversion = '1.1' WHERE collname = 'used'");

        await AssertFailsAsync(Facts, $"The collation {Connection.Database}.used is of version");
    }

    [Fact]
    public async Task A_dump_needs_its_extensions_in_any_version()
    {
        var well = await ParityCheck.CompareExtensionsAsync(
            Subject, Facts with { Extensions = [new("clinic", "plpgsql", "0.9")] }, Stop);
        var missing = await ParityCheck.CompareExtensionsAsync(
            Subject, Facts with { Extensions = [new("clinic", "no_such_thing", "1.0")] }, Stop);

        Assert.Equal(Verdict.Passed, well.Result.Verdict);
        Assert.Equal(Verdict.Failed, missing.Result.Verdict);
        Assert.Contains("no_such_thing of clinic", missing.Result.Detail, StringComparison.Ordinal);
    }

    private async Task AssertFailsAsync(ServerFacts of, string reason)
    {
        var finding = await CompareAsync(of);

        Assert.Equal(Verdict.Failed, finding.Result.Verdict);
        Assert.Contains(reason, finding.Result.Detail, StringComparison.Ordinal);
    }

    private Task<ParityFinding> CompareAsync(ServerFacts of) =>
        ParityCheck.CompareAsync(Subject, of, [Connection.Database], Stop);

    private async Task<string> AskAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        return Convert.ToString(await command.ExecuteScalarAsync(Stop), CultureInfo.InvariantCulture) ?? "";
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
