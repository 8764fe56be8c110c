using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// A PostgreSQL of our own, in a folder of our own: a local run's, a test's, a benchmark's.
/// It listens on a free port of 127.0.0.1 and on a Unix socket, and keeps its port for as long as this object lives.
/// One process may use a folder at a time: a server that still runs there is taken for a killed run's, and stopped.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Superuser = "recoveryos";

    private const int PortAttempts = 5;
    private const string SocketFolderPrefix = "recoveryos-pg-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] NoSync = ["--no-sync"];

    private readonly ServerFolder folder;
    private readonly ServerUser user;
    private readonly IReadOnlyDictionary<string, string> settings;
    private string? socketFolder;

    private PostgresServer(
        ServerFolder folder, ServerUser user, PostgresBinaries binaries, IReadOnlyDictionary<string, string> settings)
    {
        this.folder = folder;
        this.user = user;
        this.settings = settings;
        Binaries = binaries;
        Password = File.ReadAllText(folder.PasswordFile);
    }

    public PostgresBinaries Binaries { get; }

    public string Password { get; }

    /// <summary>0 until the first start.</summary>
    public int Port { get; private set; }

    /// <summary>PGDATA.</summary>
    public string DataFolder => folder.Data;

    public string LogFile => folder.Log;

    /// <summary>What <c>psql -h</c> takes; new at each start.</summary>
    public string SocketFolder => socketFolder ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Makes the cluster when the folder has none, and starts it.</summary>
    /// <param name="path">Made when missing; everything of this server lies in it.</param>
    /// <param name="settings">
    /// Lines of postgresql.conf, such as <c>fsync</c>; they hold for this object's starts only.
    /// </param>
    /// <param name="cancellationToken">Stops waiting; a server that is starting is stopped by the next start.</param>
    /// <exception cref="PostgresServerException">
    /// PostgreSQL is missing, or did not start; the message says why.
    /// </exception>
    public static async Task<PostgresServer> StartAsync(
        string path, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new PostgresServerException("A PostgreSQL of our own needs Linux or macOS; on Windows, use WSL.");

        var folder = new ServerFolder(Path.GetFullPath(path));
        Directory.CreateDirectory(folder.Path);
        File.SetUnixFileMode(folder.Path, OwnerOnly | UnixFileMode.UserExecute);
        if (!File.Exists(folder.PasswordFile))
        {
            await File.WriteAllTextAsync(
                folder.PasswordFile, RandomNumberGenerator.GetHexString(32, lowercase: true), cancellationToken);
        }

        File.SetUnixFileMode(folder.PasswordFile, OwnerOnly);
        var binaries = await PostgresBinaries.FindAsync(folder.MajorVersion, cancellationToken);
        var user = await ServerUser.OwnAsync(folder.Path, cancellationToken);
        var server = new PostgresServer(folder, user, binaries, settings ?? new Dictionary<string, string>());
        await server.StartAsync(cancellationToken);

        return server;
    }

    /// <summary>Starts it again, after a stop or a kill, on the same data and the same port.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StopOrphanAsync(cancellationToken);
        await InitializeAsync(cancellationToken);

        var portIsOurs = Port is not 0;
        for (var attempt = 1; ; attempt++)
        {
            if (!portIsOurs)
                Port = LocalPort.Free();
            var reason = await TryStartAsync(cancellationToken);
            if (reason is null)
                return;
            if (portIsOurs || attempt == PortAttempts || !reason.Contains("bind", StringComparison.Ordinal))
                throw new PostgresServerException($"PostgreSQL did not start: {reason} (log: {folder.Log})");
        }
    }

    /// <summary>
    /// Stops it: <paramref name="immediate"/> leaves the clean-up to the next start, as a crash does.
    /// </summary>
    public async Task StopAsync(bool immediate, CancellationToken cancellationToken)
    {
        if (ProcessTable.WithWorkingFolder(DataFolder).Count > 0)
        {
            var stopped = await user.RunAsync(
                [Binaries["pg_ctl"], "stop", "-D", DataFolder, "-m", immediate ? "immediate" : "fast", "-t", "60"],
                cancellationToken);
            if (stopped.ExitCode != 0)
                throw new PostgresServerException($"PostgreSQL did not stop: {stopped.Reason}");
        }

        DeleteSocketFolder();
    }

    /// <summary>Kills all of its processes at once (SIGKILL), as a power cut would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        foreach (var process in ProcessTable.WithWorkingFolder(DataFolder))
            ProcessTable.Kill(process);
        await ProcessTable.WaitUntilGoneAsync(
            () => ProcessTable.WithWorkingFolder(DataFolder), TimeSpan.FromSeconds(30), cancellationToken);
        DeleteSocketFolder();
    }

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Superuser,
        Password = Password,
        Database = database,
    }.ConnectionString;

    public string Url(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{Superuser}:{Password}@127.0.0.1:{Port}/{database}");

    /// <summary>Makes an empty database, unless it is there.</summary>
    public async Task EnsureDatabaseAsync(string database, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var exists = dataSource.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = database });
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
            return;

        var name = new NpgsqlCommandBuilder().QuoteIdentifier(database);
        await using var create = dataSource.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>From now on it yields to everything else on the machine.</summary>
    internal Task YieldAsync(CancellationToken cancellationToken) =>
        BackgroundCommand.DemoteAsync(ProcessTable.WithWorkingFolder(DataFolder), cancellationToken);

    /// <summary>Stops it; the folder stays.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(immediate: false, CancellationToken.None);

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder.Data))
            return;

        // A killed initdb leaves half a cluster: only a whole one gets the name that counts.
        if (Directory.Exists(folder.NewData))
            Directory.Delete(folder.NewData, recursive: true);
        var made = await user.RunAsync(
            [
                Binaries["initdb"], "-D", folder.NewData, "-U", Superuser, $"--pwfile={folder.PasswordFile}",
                "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8",
                .. settings.GetValueOrDefault("fsync") is "off" ? NoSync : [],
            ],
            cancellationToken);
        if (made.ExitCode != 0)
            throw new PostgresServerException($"PostgreSQL's initdb failed in {folder.Path}: {made.Reason}");

        await File.AppendAllTextAsync(
            Path.Combine(folder.NewData, "postgresql.conf"),
            $"include = '{ServerFolder.SettingsName}'\n",
            cancellationToken);
        Directory.Move(folder.NewData, folder.Data);
    }

    /// <summary>Null when it accepts connections, or the reason.</summary>
    private async Task<string?> TryStartAsync(CancellationToken cancellationToken)
    {
        DeleteSocketFolder();
        // A socket's path may have 107 bytes at most, which a data folder can exceed.
        socketFolder = Directory.CreateTempSubdirectory(SocketFolderPrefix).FullName;
        _ = await ServerUser.OwnAsync(socketFolder, cancellationToken);
        await folder.WriteSettingsAsync(Port, socketFolder, settings, cancellationToken);

        var logLength = folder.LogLength;
        var started = await user.RunAsync(
            [Binaries["pg_ctl"], "start", "-D", DataFolder, "-l", folder.Log, "-w", "-t", "60", "-s"],
            cancellationToken);
        if (started.ExitCode == 0)
            return null;

        DeleteSocketFolder();
        return await folder.ReasonAsync(logLength, cancellationToken) ?? started.Reason;
    }

    /// <summary>
    /// Stops what a killed run left, and clears a lock whose process number now belongs to somebody else.
    /// </summary>
    private async Task StopOrphanAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.LockFile))
            return;

        socketFolder = folder.SocketFolderOfRunning;
        var orphans = () => ProcessTable.WithWorkingFolder(DataFolder);
        if (orphans().Count > 0)
        {
            await user.RunAsync(
                [Binaries["pg_ctl"], "stop", "-D", DataFolder, "-m", "fast", "-t", "20", "-s"], cancellationToken);
            if (!await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken))
                await KillAsync(cancellationToken);
        }

        File.Delete(folder.LockFile);
        DeleteSocketFolder();
    }

    private void DeleteSocketFolder()
    {
        // The name in a lock file may be anybody's folder.
        var isOurs = Path.GetFileName(socketFolder)?.StartsWith(SocketFolderPrefix, StringComparison.Ordinal) is true;
        if (socketFolder is not null && isOurs && Directory.Exists(socketFolder))
            Directory.Delete(socketFolder, recursive: true);
        socketFolder = null;
    }
}
