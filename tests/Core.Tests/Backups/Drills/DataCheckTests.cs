using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Checks on an open server: a database of the tests' own stands for the restored one.</summary>
public sealed class DataCheckTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private string url = "";
    private ServerUnderTest? opened;

    private ServerUnderTest Subject => opened ?? throw new InvalidOperationException("not opened");

    private string Database => new NpgsqlConnectionStringBuilder(url).Database ?? "";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        url = await postgres.CreateDatabaseAsync(CancellationToken);
        opened = new ServerUnderTest(
            new NpgsqlConnectionStringBuilder(url), await PostgresBinaries.FindAsync((int?)null, CancellationToken));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("SELECT true", Verdict.Passed)]
    [InlineData("SELECT false", Verdict.Failed)]
    [InlineData("SELECT NULL::boolean", Verdict.Failed)]
    [InlineData("SELECT true WHERE false", Verdict.Failed)]
    [InlineData("SELECT count(*) > 0 FROM not_restored", Verdict.Failed)]
    [InlineData("SELECT 1", Verdict.Inconclusive)]
    [InlineData("SELEC true", Verdict.Inconclusive)]
    [InlineData("CREATE TABLE left_behind (id int)", Verdict.Inconclusive)]
    public async Task Only_true_is_true(string sql, Verdict verdict)
    {
        var log = new DrillLog(TimeProvider.System, null, NullLogger.Instance);
        await log.CheckAsync(
            "a", () => AssertionCheck.RunAsync(Subject, Database, sql, CancellationToken), CancellationToken);

        Assert.Equal(verdict, Assert.Single(log.Checks).Result);
    }

    [Fact]
    public async Task Canaries_that_somebody_rewrote_or_removed_are_told()
    {
        Assert.Equal(Verdict.Inconclusive, (await CanaryCheck.RunAsync(Subject, Database, CancellationToken)).Verdict);
        await using (var connection = await Subject.OpenAsync(Database, CancellationToken))
            await Canaries.EnsureAsync(connection, CancellationToken);
        Assert.Equal(Verdict.Passed, (await CanaryCheck.RunAsync(Subject, Database, CancellationToken)).Verdict);

        await ExecuteAsync("""
            UPDATE recoveryos_marks.canaries
            SET document = encode(sha256(document::bytea), 'base64'),
                md5 = md5(encode(sha256(document::bytea), 'base64'))
            WHERE id = 7
            """);
        var rewritten = await CanaryCheck.RunAsync(Subject, Database, CancellationToken);
        Assert.Contains("Canary 7", rewritten.Detail, StringComparison.Ordinal);
        await ExecuteAsync("DELETE FROM recoveryos_marks.canaries");
        Assert.Equal(Verdict.Failed, (await CanaryCheck.RunAsync(Subject, Database, CancellationToken)).Verdict);
    }

    [Fact]
    public async Task A_sequence_that_fell_behind_its_column_is_told_once_it_was_not_so_before()
    {
        await ExecuteAsync("""
            CREATE TABLE used (id bigserial PRIMARY KEY); INSERT INTO used SELECT FROM generate_series(1, 100);
            CREATE TABLE imported (id bigserial PRIMARY KEY); INSERT INTO imported VALUES (1000);
            CREATE TABLE empty (id bigserial PRIMARY KEY);
            """);
        var (behind, content) = await SequencesAsync();
        Assert.Equal([$"{Database}.public.imported_id_seq"], behind);
        Assert.Equal(Verdict.Passed, SequenceCheck.Compare(content, content, behind, null).Verdict);

        await ExecuteAsync("SELECT setval('used_id_seq', 50)");
        var (now, later) = await SequencesAsync();

        Assert.Contains(
            "used_id_seq is behind",
            SequenceCheck.Compare(null, later, now, behind).Detail,
            StringComparison.Ordinal);
        Assert.Contains(
            "stands at 50, expected at least 100",
            SequenceCheck.Compare(content, later, now, null).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_row_in_a_hundred_that_was_encrypted_in_place_is_told()
    {
        await ExecuteAsync("""
            CREATE TABLE notes (id serial PRIMARY KEY, body text, token text);
            INSERT INTO notes (body, token)
            SELECT 'note ' || i || ': slept well, walked by the lake and called a friend',
                encode(sha256(i::text::bytea), 'hex')
            FROM generate_series(1, 20000) AS i
            """);
        var content = await Subject.ReadContentAsync([Database], CancellationToken);
        var before = await Profiler.ReadAsync(Subject, content, CancellationToken);
        Assert.Empty(DriftCheck.Columns(before, await Profiler.ReadAsync(Subject, content, CancellationToken)));

        await ExecuteAsync("UPDATE notes SET body = encode(sha512(body::bytea), 'base64') WHERE id % 100 = 0");
        var after = await Profiler.ReadAsync(Subject, content, CancellationToken);

        Assert.Contains(".notes.body:", Assert.Single(DriftCheck.Columns(before, after)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_whose_file_is_gone_is_told_and_the_others_are_read()
    {
        await ExecuteAsync("""
            CREATE TABLE kept AS SELECT i FROM generate_series(1, 5) AS i;
            CREATE TABLE gone AS SELECT i FROM generate_series(1, 100) AS i;
            CHECKPOINT
            """);
        await using (var connection = await Subject.OpenAsync(Database, CancellationToken))
        {
            await using var path = new NpgsqlCommand(
                "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('gone')", connection);
            File.Delete(await path.ExecuteScalarAsync(CancellationToken) as string ?? "");
        }

        var content = await Subject.ReadContentAsync([Database], CancellationToken);

        var result = ContentComparison.ReadBack(content);
        Assert.Equal((Verdict.Failed, 1), (result.Verdict, result.Findings));
        Assert.Contains("public.gone could not be read", result.Detail, StringComparison.Ordinal);
        Assert.Equal(5, content[0].Tables.Single(table => table.Name == "kept").Rows);
    }

    [Fact]
    public async Task A_sound_database_passes_the_deep_look_and_a_broken_index_does_not()
    {
        // pg_amcheck looks at all databases of a server, so this one is of the test's own.
        var folder = Directory.CreateTempSubdirectory("recoveryos-drills-").FullName;
        await using var server = await PostgresServer.StartAsync(folder, null, CancellationToken);
        var subject = new ServerUnderTest(new(server.ConnectionString("postgres")), server.Binaries);
        var sound = await AmcheckCheck.RunAsync(subject, Descent(subject), TimeSpan.Zero, CancellationToken);
        Assert.Equal(Verdict.Passed, sound.Verdict);

        await using (var connection = await subject.OpenAsync("postgres", CancellationToken))
        {
            await using var command = new NpgsqlCommand(
                """
                CREATE FUNCTION fickle(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i';
                CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) AS i; CREATE INDEX ON t (fickle(i));
                CREATE OR REPLACE FUNCTION fickle(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT -i'
                """,
                connection);
            await command.ExecuteNonQueryAsync(CancellationToken);
        }

        var result = await AmcheckCheck.RunAsync(subject, Descent(subject), TimeSpan.Zero, CancellationToken);
        await server.StopAsync(immediate: true, CancellationToken);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(Verdict.Failed, result.Verdict);
        Assert.Contains("fickle", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_trees_are_searched_from_their_roots_in_turns_and_a_broken_one_is_named()
    {
        await ExecuteAsync("""
            CREATE EXTENSION amcheck;
            CREATE FUNCTION compared(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1, $2)';
            CREATE OPERATOR CLASS fickle FOR TYPE int USING btree AS
                OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 compared(int, int);
            CREATE TABLE t AS SELECT i FROM generate_series(1, 30000) AS i;
            CREATE INDEX one ON t (i); CREATE INDEX two ON t (i); CREATE INDEX three ON t (i fickle);
            CREATE OR REPLACE FUNCTION compared(int, int) RETURNS int LANGUAGE sql IMMUTABLE
                AS 'SELECT btint4cmp($2, $1)';
            """);
        List<string> looked = [];
        IReadOnlyList<IndexTurn> turns = [];
        List<string> findings = [];
        for (var test = 0; test < 4; test++)
        {
            var now = Epoch.AddDays(test);
            var descent = new RootDescent(Subject, turns, now, smallBytes: 500_000);
            await descent.PrepareAsync([Database], CancellationToken);
            await descent.RunAsync(TimeSpan.Zero, CancellationToken);
            findings.AddRange(descent.Findings);
            turns = descent.Turns;
            looked.Add(Assert.Single(turns, turn => turn.At == now).Name);
        }

        Assert.Equal(["one", "three", "two", "one"], looked);
        Assert.StartsWith($"{Database}.public.three: item order", Assert.Single(findings), StringComparison.Ordinal);
    }

    private static RootDescent Descent(ServerUnderTest subject) => new(subject, [], Epoch);

    private async Task<(IReadOnlyList<string> Behind, IReadOnlyList<DatabaseContent> Content)> SequencesAsync() => (
        await SequenceCheck.BehindAsync(Subject, [Database], CancellationToken),
        await Subject.ReadContentAsync([Database], CancellationToken));

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await Subject.OpenAsync(Database, CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken);
    }
}
