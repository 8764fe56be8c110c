using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Database;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>The commands as processes of their own, killed where it hurts.</summary>
public sealed class TakingTests(PostgresFixture postgres, SpecimenFixture fixture) : IAsyncLifetime
{
    private readonly Dictionary<string, string> settings = [];
    private string folder = "";
    private Specimen? shared;
    private string database = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Store => Path.Combine(folder, "store");

    public async ValueTask InitializeAsync()
    {
        shared = await fixture.ShareAsync(Stop);
        folder = Directory.CreateTempSubdirectory("recoveryos-taking-").FullName;
        Directory.CreateDirectory(Store);
        database = await postgres.CreateDatabaseAsync(Stop);
        await using var dataSource = NpgsqlDataSource.Create(database);
        await new Migrator(dataSource).MigrateAsync(Stop);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        settings["Database__Url"] = database;
        settings["Backups__Store__Url"] = Store;
        settings["Backups__Folder"] = Path.Combine(folder, "work");
        settings["Backups__Signing__KeyId"] = "test";
        settings["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey());
        settings["Backups__Targets__0__Name"] = "specimen";
        settings["Backups__Targets__0__Url"] = shared.Server.Url("postgres");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>At each phase: no entry, a run that says killed, and a next run that leaves nothing of it.</summary>
    [Theory]
    [InlineData("backup", "backup")]
    [InlineData("backup", "upload")]
    [InlineData("backup", "manifest")]
    [InlineData("dump", "dump")]
    public async Task A_killed_run_leaves_no_entry_and_the_next_cleans_up(string command, string phase)
    {
        var (done, random) = (0, new Random(LongRun.Seed));
        var kills = LongRun.Or(1, 10);
        for (var kill = 0; kill < kills; kill++)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var process = Start(command, line =>
            {
                if (line.StartsWith(phase, StringComparison.Ordinal))
                    reached.TrySetResult();
            });
            await reached.Task.WaitAsync(Stop);
            if (kill > 0)
                await Task.Delay(random.Next(100), Stop);
            process.Kill();
            await process.WaitForExitAsync(Stop);
            // One that was killed in its last moments has an entry, and then it is whole.
            Assert.InRange(Entries().Count, done, done + 1);
            done = Entries().Count;
        }

        var taken = await CliProcess.RunAsync(settings, command);

        Assert.True(taken.ExitCode is 0, taken.Error);
        Assert.Equal(done + 1, Entries().Count);
        Assert.Equal(Entries().Count, await BackupsAsync());
        var staging = Path.Combine(folder, "work", "staging");
        Assert.Empty(Directory.Exists(staging) ? Directory.EnumerateFileSystemEntries(staging) : []);
        Assert.Equal(kills - done, await CountAsync("failure = 'killed'"));
        Assert.Equal(0, await CountAsync("status = 'running'"));
    }

    [Fact]
    public async Task Results_are_on_standard_output_and_progress_is_in_lines_elsewhere()
    {
        var taken = await CliProcess.RunAsync(settings, "backup", "--json");

        Assert.True(taken.ExitCode is 0, taken.Error);
        using var answer = JsonDocument.Parse(taken.Output);
        var backup = Assert.Single(answer.RootElement.EnumerateArray());
        Assert.Equal(("specimen", "physical", 1), (
            backup.GetProperty("server").GetString(),
            backup.GetProperty("kind").GetString(),
            backup.GetProperty("sequence").GetInt32()));
        Assert.Contains("backup", taken.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', taken.Error);
    }

    [Fact]
    public async Task An_interrupted_backup_cleans_up_and_ends_as_interrupted()
    {
        using var process = Start("backup");
        while (!Directory.Exists(Path.Combine(folder, "work", "staging")) && !process.HasExited)
            await Task.Delay(10, Stop);
        using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(Stop);

        Assert.Equal(130, process.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "work", "staging")));
        Assert.Empty(Entries());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_line_and_exit_code_1()
    {
        settings["Backups__Targets__0__Url"] = "postgres://nobody@127.0.0.1:1/none";

        var failed = await CliProcess.RunAsync(settings, "backup", "--server", "specimen");

        failed.AssertFailed(1, "does not answer");
    }

    [Fact]
    public async Task Without_the_services_database_a_backup_is_taken_all_the_same()
    {
        settings["Database__Url"] = "postgres://nobody@127.0.0.1:1/none";

        var taken = await CliProcess.RunAsync(settings, "backup");

        Assert.True(taken.ExitCode is 0, taken.Error);
        Assert.Contains("not written down", taken.Error, StringComparison.Ordinal);
        Assert.Single(Entries());
    }

    /// <summary>
    /// How many backups have objects; what a killed writer left unfinished is none, and goes when it is old.
    /// </summary>
    private async Task<int> BackupsAsync()
    {
        HashSet<string> ids = [];
        await foreach (var found in new FolderStore(Store, TimeProvider.System).ListAsync("specimen/backups/", Stop))
            ids.Add(found.Name.Split('/')[2]);
        return ids.Count;
    }

    private List<string> Entries() => Directory.Exists(Path.Combine(Store, "specimen", "catalogue"))
        ? [.. Directory.EnumerateFiles(Path.Combine(Store, "specimen", "catalogue"), "*.json")]
        : [];

    private async Task<long> CountAsync(string condition)
    {
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using var command = dataSource.CreateCommand($"SELECT count(*) FROM backup_runs WHERE {condition}");
        return Assert.IsType<long>(await command.ExecuteScalarAsync(Stop));
    }

    /// <param name="line">Told of each line of progress.</param>
    private Process Start(string command, Action<string>? line = null)
    {
        var start = CliProcess.Cli(command);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("did not start");
        process.ErrorDataReceived += (_, said) => line?.Invoke(said.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
