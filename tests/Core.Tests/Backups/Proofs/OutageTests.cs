using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Timers;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Proofs;

/// <summary>
/// What stops a backup is told in a sentence, written down as a failed run, and over when its cause is.
/// </summary>
public sealed class OutageTests(PostgresFixture postgres, AzuriteFixture azurite, SpecimenFixture fixture)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_is_away()
    {
        await using var outage = await CaseAsync(null);
        var store = Path.Combine(outage.Stage.Folder, "store");
        var away = Path.Combine(outage.Stage.Folder, "unmounted");
        Directory.Move(store, away);

        await outage.AssertFailsAsync(outage.Stage, "store_unavailable", store);

        Directory.Move(away, store);
        await outage.AssertMendsAsync(outage.Stage);
    }

    [Fact]
    public async Task A_key_of_the_store_that_is_refused()
    {
        var container = await azurite.ContainerAsync(Stop);
        await new BlobContainerClient(container.ConnectionString, container.Name).CreateAsync(cancellationToken: Stop);
        await using var outage = await CaseAsync(container);
        await using var refused = outage.StageOf(container with
        {
            ConnectionString = AzuriteFixture.ConnectionString(
                new Uri(container.Url).GetLeftPart(UriPartial.Authority), Convert.ToBase64String(new byte[64])),
        });

        await outage.AssertFailsAsync(refused, "credentials_refused", "blob store");

        // The operator corrects the setting, and the service starts with it.
        await outage.AssertMendsAsync(outage.Stage);
    }

    [Fact]
    public async Task A_password_of_the_server_that_is_refused()
    {
        await using var outage = await CaseAsync(null);
        await outage.ExecuteAsync("ALTER ROLE outage PASSWORD 'another'");

        await outage.AssertFailsAsync(outage.Stage, "credentials_refused", "server specimen");

        await outage.ExecuteAsync("ALTER ROLE outage PASSWORD 'the-first-word'");
        await outage.AssertMendsAsync(outage.Stage);
    }

    [Fact]
    public async Task A_server_whose_major_version_is_not_installed_here()
    {
        await using var outage = await CaseAsync(null);
        // What the server answers to the question for its version.
        await outage.ExecuteAsync("""
            CREATE SCHEMA newer;
            CREATE FUNCTION newer.current_setting(text) RETURNS text LANGUAGE sql AS
                $$SELECT CASE $1 WHEN 'server_version_num' THEN '990001' ELSE pg_catalog.current_setting($1) END$$;
            ALTER ROLE outage SET search_path = newer, pg_catalog;
            """);

        await outage.AssertFailsAsync(outage.Stage, "wrong_major_version", "99");

        await outage.ExecuteAsync("ALTER ROLE outage RESET search_path");
        await outage.AssertMendsAsync(outage.Stage);
    }

    private async Task<Case> CaseAsync(AzuriteContainer? container)
    {
        var specimen = await fixture.ShareAsync(Stop);
        var database = await postgres.CreateDatabaseAsync(Stop);
        var made = new Case(specimen, NpgsqlDataSource.Create(database), container);
        await new Migrator(made.Database).MigrateAsync(Stop);
        await made.ExecuteAsync("CREATE ROLE outage SUPERUSER LOGIN PASSWORD 'the-first-word'");
        return made;
    }

    /// <summary>A target, the service's database, and a clock that the catching up goes by.</summary>
    private sealed class Case : IAsyncDisposable
    {
        private const string Timer = "TakeBackup";

        private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        private readonly Specimen specimen;

        public Case(Specimen specimen, NpgsqlDataSource database, AzuriteContainer? container)
        {
            (this.specimen, Database) = (specimen, database);
            Stage = StageOf(container);
        }

        public NpgsqlDataSource Database { get; }

        public BackupStage Stage { get; }

        public BackupStage StageOf(AzuriteContainer? container)
        {
            List<(string, string)> settings =
            [
                ("Backups__Targets__0__Name", "specimen"),
                ("Backups__Targets__0__Url",
                    $"postgres://outage:the-first-word@127.0.0.1:{specimen.Server.Port}/{Specimen.Main}"),
            ];
            if (container is not null)
            {
                settings.Add(("Backups__Store__Url", container.Url));
                settings.Add(("Backups__Store__ConnectionString", container.ConnectionString));
            }

            return new BackupStage([.. settings]);
        }

        /// <summary>The run that was missed is made up for, and fails so; and again only after a pause.</summary>
        public async Task AssertFailsAsync(BackupStage stage, string code, string named)
        {
            await CatchUpAsync(stage);
            await CatchUpAsync(stage);

            var run = Assert.Single(await RunsAsync());
            Assert.Equal(("failed", code), (run.Status, run.Failure));
            Assert.NotNull(run.FailureDetail);
            Assert.Contains(named, run.FailureDetail, StringComparison.Ordinal);
            Assert.EndsWith(".", run.FailureDetail, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', run.FailureDetail);
            Assert.DoesNotContain("the-first-word", run.FailureDetail, StringComparison.Ordinal);
        }

        /// <summary>Nobody does anything but wait.</summary>
        public async Task AssertMendsAsync(BackupStage stage)
        {
            time.Advance(TimeSpan.FromHours(1.1));
            await CatchUpAsync(stage);

            var runs = await RunsAsync();
            Assert.Equal(["succeeded", "failed"], runs.Select(run => run.Status));
            Assert.Equal(
                runs[0].BackupId, Assert.Single(await stage.Catalogue.KeptAsync("specimen", Stop)).Physical?.Id);
            Assert.Empty(Directory.EnumerateFileSystemEntries(stage.StagingFolder));
        }

        public Task ExecuteAsync(string sql) => specimen.ExecuteAsync(Specimen.Main, sql, Stop);

        public async ValueTask DisposeAsync()
        {
            await specimen.ExecuteAsync(
                Specimen.Main, "DROP ROLE outage; DROP SCHEMA IF EXISTS newer CASCADE", CancellationToken.None);
            await Stage.DisposeAsync();
            await Database.DisposeAsync();
        }

        private async Task CatchUpAsync(BackupStage stage)
        {
            var jobs = new BackupJobs(stage.Get<BackupTargets>(), stage.Physical, stage.Logical, Runs);
            // Due every hour: the last time was missed.
            var job = new ScheduledJob(Timer, "0 0 * * * *", jobs.TakeBackupsAsync);
            var timers = new TimerRuns(Database, NullLogger<TimerRuns>.Instance);
            await new CatchUp(timers, Runs, [job], time, NullLogger<CatchUp>.Instance).RunAsync(Stop);
        }

        private BackupRuns Runs => new(Database, TimeProvider.System, NullLogger<BackupRuns>.Instance);

        private async Task<IReadOnlyList<BackupRun>> RunsAsync() =>
            (await Runs.ListAsync(new BackupRunFilter("specimen", null), new(10, null), Stop)).Data;
    }
}
