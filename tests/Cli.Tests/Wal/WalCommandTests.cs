using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Tests.Wal;

public sealed class WalCommandTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> environment = [];
    private PostgresServer? started;

    private PostgresServer Server => started ?? throw new InvalidOperationException("not yet started");

    private string WalFolder => Path.Combine(folder.Path, "store", "main", "wal");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        started = await PostgresServer.StartAsync(
            Path.Combine(folder.Path, "postgres"), new Dictionary<string, string> { ["fsync"] = "off" },
            CancellationToken);
        await using (var dataSource = NpgsqlDataSource.Create(Server.ConnectionString("postgres")))
        {
            await new Migrator(dataSource).MigrateAsync(CancellationToken);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.Combine(folder.Path, "store"));
        environment["Database__Url"] = Server.Url("postgres");
        environment["Backups__Targets__0__Name"] = "main";
        environment["Backups__Targets__0__Url"] = Server.Url("postgres");
        environment["Backups__Store__Url"] = Path.Combine(folder.Path, "store");
        environment["Backups__Folder"] = Path.Combine(folder.Path, "work");
        environment["Backups__Signing__KeyId"] = "test";
        environment["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey());
    }

    public async ValueTask DisposeAsync()
    {
        var spool = Path.Combine(folder.Path, "work", "wal", "main");
        foreach (var left in ProcessTable.WithArguments("pg_receivewal", spool))
            ProcessTable.Kill(left);
        await Server.StopAsync(immediate: true, CancellationToken.None);
        folder.Dispose();
    }

    [Fact]
    public async Task Once_brings_all_that_is_written_into_the_store_also_without_our_own_database()
    {
        environment["Database__Url"] = "postgres://nobody@127.0.0.1:1/none";
        await ExecuteAsync("CREATE TABLE t AS SELECT 1 AS one");

        var ended = await CliProcess.RunAsync(environment, "wal", "receive", "--once");

        Assert.True(ended.ExitCode == 0, ended.Error + ended.Output);
        Assert.Contains("main: all WAL up to ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("wal_state_unrecorded", ended.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(WalFolder, "*.gz.partial-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_receiver_that_is_killed_again_and_again_leaves_no_hole_and_nothing_half()
    {
        Assert.Equal(0, (await CliProcess.RunAsync(environment, "wal", "receive", "--once")).ExitCode);
        for (var round = 0; round < 3; round++)
        {
            using var receiver = Start();
            for (var write = 0; write <= round; write++)
                await ExecuteAsync("SELECT pg_switch_wal(); CREATE TABLE IF NOT EXISTS t (); DROP TABLE t");
            var before = Stored().Count;
            await UntilAsync(() => Stored().Count > before, "a segment is stored");
            receiver.Kill();
            await receiver.WaitForExitAsync(CancellationToken);
        }

        var ended = await CliProcess.RunAsync(environment, "wal", "receive", "--once");

        Assert.True(ended.ExitCode == 0, ended.Error + ended.Output);
        var whole = Stored();
        Assert.True(whole.Count >= 6, $"only {whole.Count}");
        var numbers = whole.Select(name => Convert.ToInt64(name[16..24], 16)).ToList();
        Assert.Equal(Enumerable.Range(0, whole.Count).Select(step => numbers[0] + step), numbers);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.Path, "store", "main", "catalogue")));
    }

    [Fact]
    public async Task Status_says_how_it_does_and_a_stop_ships_what_came()
    {
        using var receiver = Start();
        await UntilAsync(async () => (await StatusAsync())["state"]?.GetValue<string>() is "receiving", "it receives");
        await ExecuteAsync("CREATE TABLE t AS SELECT 1 AS one");
        ProcessTable.Terminate(receiver.Id);
        await receiver.WaitForExitAsync(CancellationToken);

        Assert.Equal(0, receiver.ExitCode);
        var status = await StatusAsync();
        Assert.Equal("down", status["state"]?.GetValue<string>());
        Assert.Equal("stopped", status["failure"]?.GetValue<string>());
        Assert.Equal(1, (await CliProcess.RunAsync(environment, "wal", "status")).ExitCode);
    }

    [Fact]
    public async Task Settings_that_are_wrong_are_one_line()
    {
        environment["Backups__Signing__Key"] = "x";
        (await CliProcess.RunAsync(environment, "wal", "status")).AssertFailed(1, "Backups:Signing:Key must be");
    }

    private async Task<JsonNode> StatusAsync()
    {
        var ended = await CliProcess.RunAsync(environment, "wal", "status", "--json");
        return JsonNode.Parse(ended.Output)?[0] ?? throw new InvalidOperationException(ended.Error);
    }

    private List<string> Stored() => !Directory.Exists(WalFolder)
        ? []
        : [.. Directory.EnumerateFiles(WalFolder, "*.gz", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path)).Where(name => name[0] != '.').Order(StringComparer.Ordinal)];

    private Process Start()
    {
        var start = CliProcess.Cli("wal", "receive");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("not started");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(Server.ConnectionString("postgres"));
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    private static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);

    private static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"waited in vain until {what}");
            await Task.Delay(50, CancellationToken);
        }
    }
}
