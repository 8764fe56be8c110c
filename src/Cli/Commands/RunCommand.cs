using System.CommandLine;
using System.Globalization;
using Npgsql;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Commands;

internal static class RunCommand
{
    private const string DatabaseName = "recoveryos";

    /// <summary>
    /// WAL is handed out, and kept for a receiver that is away as long as the disk is sure to have room for it.
    /// </summary>
    private static readonly Dictionary<string, string> PostgresSettings = new()
    {
        ["wal_level"] = "replica",
        ["max_wal_senders"] = "10",
        ["max_replication_slots"] = "10",
        ["max_slot_wal_keep_size"] = "4GB",
    };

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = "Where the service listens, on 127.0.0.1",
            HelpName = "N",
            DefaultValueFactory = _ => 7071,
        };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 65535)
                result.AddError("--port is 1 to 65535.");
        });
        var database = DatabaseOption.Create("a PostgreSQL of its own, in the data folder");
        var command = new ExampleCommand(
            "run",
            "Run the whole service here, with a PostgreSQL of its own, until Ctrl-C. The data stays.",
            "./recoveryos run",
            "./recoveryos run --port 8080 --data /tmp/trial",
            "./recoveryos run --database-url postgres://me:secret@localhost/recoveryos")
        {
            port, database,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await RunAsync(parsed.LocalRun(), parsed.GetValue(port), parsed.GetValue(database), cancellationToken);
            return 0;
        });

        return command;
    }

    private static async Task RunAsync(LocalRun run, int port, string? databaseUrl, CancellationToken cancellationToken)
    {
        await using var folder = run.Lock();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        run.Save(
            run.Load() with { ProcessId = Environment.ProcessId, Url = url, DatabaseUrl = null, Simulators = null });
        try
        {
            await ServiceProcess.StopOrphansAsync(run, cancellationToken);
            await SimulatorProcess.StopOrphansAsync(run, cancellationToken);
            await WalProcess.StopOrphansAsync(run, cancellationToken);
            ServiceProcess.CheckPort(port);
            SigningKey.Ensure(run);
            await using var postgres = databaseUrl is null ? await StartPostgresAsync(run, cancellationToken) : null;
            await ServeAsync(
                run, url, databaseUrl ?? postgres?.Url(DatabaseName) ?? "", postgres is not null, cancellationToken);
        }
        finally
        {
            run.Save(run.Load() with { ProcessId = null, Url = null, DatabaseUrl = null, Simulators = null });
        }
    }

    private static async Task ServeAsync(
        LocalRun run, string url, string databaseUrl, bool isOwn, CancellationToken cancellationToken)
    {
        var accountId = await PrepareAsync(run, databaseUrl, isOwn, cancellationToken);
        var refusal = isOwn || BackupSettings.IsGiven
            ? null
            : await Replication.RefusalAsync(databaseUrl, cancellationToken);
        run.Save(run.Load() with { DatabaseUrl = databaseUrl, ReceivesWal = refusal is null });

        await using var simulator = TwilioAccount.IsGiven
            ? null
            : await SimulatorProcess.StartAsync(run, cancellationToken);
        var simulators = simulator?.Addresses;
        run.Save(run.Load() with { Simulators = simulators });
        await Say($"Starting the service; its log is {run.ServiceLog}");
        // Somebody may have taken the port while PostgreSQL started, and would then answer in our name.
        ServiceProcess.CheckPort(new Uri(url).Port);
        var settings = ServiceSettings.Create(run, url, databaseUrl, simulators, refusal is null);
        await using var wal = refusal is null ? WalProcess.Start(run, settings) : null;
        await using var service = ServiceProcess.Start(run, settings);
        await service.WaitUntilReadyAsync(url, cancellationToken);
        await Say(Welcome.Text(run, url, accountId, simulators, refusal));
        await WatchAsync(service, wal, cancellationToken);
    }

    private static async Task<PostgresServer> StartPostgresAsync(LocalRun run, CancellationToken cancellationToken)
    {
        await Say($"Starting PostgreSQL in {run.PostgresFolder}");
        var server = await PostgresServer.StartAsync(run.PostgresFolder, PostgresSettings, cancellationToken);
        try
        {
            await server.EnsureDatabaseAsync(DatabaseName, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings the schema up to date and makes the account once.</summary>
    private static async Task<Guid> PrepareAsync(
        LocalRun run, string databaseUrl, bool isOwn, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseOption.Open(databaseUrl);
        var applied = await new Migrator(dataSource).MigrateAsync(cancellationToken);
        await Say(applied.Count == 0
            ? "The schema is up to date"
            : $"Brought the schema up to date: {string.Join(", ", applied)}");

        var state = run.Load();
        var address = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        // Our own server's port is another at each start.
        var name = isOwn ? "own" : $"{address.Host}:{address.Port}/{address.Database}";
        if (!state.Accounts.TryGetValue(name, out var accountId))
            accountId = await new AccountBook(dataSource).CreateAsync("Local", cancellationToken);
        run.Save(state with
        {
            AccountId = accountId,
            Accounts = new Dictionary<string, Guid>(state.Accounts) { [name] = accountId },
        });

        return accountId;
    }

    private static async Task WatchAsync(ServiceProcess service, WalProcess? wal, CancellationToken cancellationToken)
    {
        try
        {
            await await Task.WhenAny(
                service.WatchAsync(cancellationToken),
                wal?.WatchAsync(cancellationToken) ?? Task.Delay(Timeout.Infinite, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            await Say("Stopping: requests in flight finish first, the data stays");
        }
    }

    private static Task Say(string line) => Console.Out.WriteLineAsync(line);
}
