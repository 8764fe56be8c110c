using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>
/// A PostgreSQL on a restored data folder: reached by a socket that only its own user and root can open, without
/// archive, replication, subscriptions or jobs. It is there once recovery reached the plan's target, and the server
/// proved it.
/// </summary>
public sealed class RestoredServer : IAsyncDisposable
{
    internal const int Port = 5432;

    private const string SocketFolderPrefix = "recoveryos-pg-";
    private const string LogName = "recoveryos-restore.log";

    private readonly RestoredCluster cluster;
    private readonly RestoredServerOptions options;
    private readonly ServerUser user;
    private readonly RecoveryLog log;
    private readonly RestoredProcess process;
    private readonly TimeProvider time;
    private readonly List<string> notes = [];
    private readonly List<DrillPhase> phases = [];
    private string? superuser;
    private bool isDetached;

    private RestoredServer(
        RestoredCluster cluster,
        RestoredServerOptions options,
        PostgresBinaries binaries,
        ServerUser user,
        string socketFolder,
        TimeProvider time)
    {
        (this.cluster, this.options, this.user, this.time) = (cluster, options, user, time);
        (Binaries, SocketFolder) = (binaries, socketFolder);
        log = new RecoveryLog(Path.Combine(cluster.Folder, LogName));
        process = new RestoredProcess(cluster, user, log, options.IsBackground, time);
    }

    /// <summary>What <c>psql -h</c> takes, with <c>-U</c> <see cref="Superuser"/>.</summary>
    public string SocketFolder { get; }

    public PostgresBinaries Binaries { get; }

    public string DataFolder => cluster.Folder;

    public string LogFile => log.Path;

    /// <summary>A role that may do everything in this cluster.</summary>
    public string Superuser => superuser ?? throw new InvalidOperationException("The server was not started.");

    /// <summary><c>start</c>, <c>replay</c>, <c>promote</c> and <c>first_query</c>, as measured.</summary>
    public IReadOnlyList<DrillPhase> Phases => phases;

    /// <summary>What was left out of the first server's settings, a sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>
    /// Where recovery stopped, by the server's own word: the plan's target, or this object would not exist.
    /// </summary>
    public ReachedPoint Reached { get; private set; } = new(null, null, "");

    /// <summary>The timeline that the server is on since its promotion.</summary>
    public uint Timeline { get; private set; }

    /// <summary>Starts it, waits until it is promoted, and asks it what it reached.</summary>
    /// <param name="progress">Told of the bytes of WAL that were replayed, as far as the server says.</param>
    /// <exception cref="BackupException">
    /// <c>restore_unfinished</c>: the folder's restore did not end. <c>recovery_failed</c>: with the server's own
    /// reason. <c>recovery_too_slow</c>: the budget is used up. <c>target_not_reached</c>: it was promoted elsewhere.
    /// Whichever it is, no server is left running.
    /// </exception>
    public static async Task<RestoredServer> StartAsync(
        RestoredCluster cluster,
        RestoredServerOptions options,
        IProgress<BackupProgress>? progress,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (RestoreFolder.IsUnfinished(cluster.Folder))
        {
            throw new BackupException(
                "restore_unfinished",
                $"The restore into {cluster.Folder} did not end: delete the folder, and restore again.");
        }

        var binaries = await TargetServer.BinariesAsync(cluster.Plan.Base.Server.MajorVersion, cancellationToken);
        var user = await ServerUser.ReachAsync(cluster.Folder, cancellationToken);
        if (options.IsBackground)
            user = user.InBackground();
        // A socket's path may have 107 bytes at most, which a data folder can exceed.
        var socketFolder = Directory.CreateTempSubdirectory(SocketFolderPrefix).FullName;
        var server = new RestoredServer(cluster, options, binaries, user, socketFolder, time);
        try
        {
            await server.StartAsync(progress, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of its own, outside any pool, as a superuser. No time limit on statements.</summary>
    /// <exception cref="NpgsqlException">The server is gone, or lets nobody into this database.</exception>
    public async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString(database));
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>For PostgreSQL's own programs, and for pools that the caller disposes.</summary>
    public string ConnectionString(string database) => AddressOf(database, Superuser);

    /// <summary>Stops it; the folder stays. <paramref name="immediate"/>: as a crash does.</summary>
    public async Task StopAsync(bool immediate, CancellationToken cancellationToken)
    {
        await process.StopAsync(Binaries, immediate, cancellationToken);
        DeleteSocketFolder(SocketFolder);
    }

    /// <summary>
    /// Leaves it running when this process ends; <c>pg_ctl stop -D</c> <see cref="DataFolder"/> ends it then.
    /// </summary>
    public void Detach()
    {
        process.Release();
        isDetached = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!isDetached)
            await StopAsync(immediate: true, CancellationToken.None);
    }

    /// <summary>The name in a lock file may be anybody's folder.</summary>
    internal static void DeleteSocketFolder(string? path)
    {
        var isOurs = Path.GetFileName(path)?.StartsWith(SocketFolderPrefix, StringComparison.Ordinal) is true;
        if (path is not null && isOurs && Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private async Task StartAsync(IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var settings = new ScratchSettings(cluster, options, Binaries);
        var libraries = await settings.LibrariesAsync(notes, cancellationToken);
        if (cluster.Plan.Base.Server.MajorVersion < 17)
            notes.Add("Event triggers stay on: only PostgreSQL 17 and newer can turn all of them off.");
        await ScratchSettings.WriteAsync(SocketFolder, cancellationToken);
        _ = await ServerUser.OwnAsync(SocketFolder, cancellationToken);

        var arguments = settings.Arguments(SocketFolder, libraries);
        var (started, startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        process.Launch(arguments);
        await process.WaitUntilReadyAsync(options.Budget, progress, cancellationToken);
        var ready = time.GetElapsedTime(started).TotalSeconds;
        AddPhases(startedAt, ready);
        superuser = await FindSuperuserAsync(arguments, cancellationToken);
        await ProveAsync(cancellationToken);
        phases.Add(new DrillPhase("first_query", time.GetElapsedTime(started).TotalSeconds - ready, null));
        await ClusterSettings.DropRecoveryAsync(cluster.Folder, user, cancellationToken);
    }

    private async Task<string> FindSuperuserAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (await SuperuserSearch.AskAsync(options.Superuser, Address, cancellationToken) is { } usual)
            return usual;

        await process.StopAsync(Binaries, immediate: false, cancellationToken);
        var found = await new SuperuserSearch(user, Binaries).LookAsync(arguments, cancellationToken);
        process.Launch(arguments);
        await process.WaitUntilReadyAsync(options.Budget, null, cancellationToken);
        return found;

        string Address(string role) => AddressOf("template1", role);
    }

    private void AddPhases(DateTimeOffset startedAt, double ready)
    {
        var begin = Math.Clamp(((log.RedoStarted ?? startedAt) - startedAt).TotalSeconds, 0, ready);
        var end = Math.Clamp(((log.RedoDone ?? log.RedoStarted ?? startedAt) - startedAt).TotalSeconds, begin, ready);
        phases.Add(new DrillPhase("start", begin, null));
        phases.Add(new DrillPhase("replay", end - begin, process.ReplayBytes));
        phases.Add(new DrillPhase("promote", ready - end, null));
    }

    /// <summary>The server's own history file says where recovery stopped and why.</summary>
    private async Task ProveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync("template1", cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT pg_is_in_recovery(),
                   substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
                   pg_last_xact_replay_timestamp(),
                   pg_read_file(
                       'pg_wal/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || '.history',
                       0, 1048576, true)
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Timeline = uint.Parse(reader.GetString(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var replayed = await reader.IsDBNullAsync(2, cancellationToken)
            ? (DateTimeOffset?)null
            : await reader.GetFieldValueAsync<DateTimeOffset>(2, cancellationToken);
        replayed ??= log.LastCommit;
        var history = await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3);
        Reached = ReachedTarget.Prove(cluster.Plan, Timeline, history, replayed);
    }

    /// <summary>
    /// What a role or database was given with ALTER ... SET yields to what the connection itself says.
    /// </summary>
    private string AddressOf(string database, string role) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketFolder,
        Port = Port,
        Username = role,
        Database = database,
        ApplicationName = "recoveryos-restore",
        Options = "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 "
            + "-c idle_in_transaction_session_timeout=0 -c session_preload_libraries= -c synchronous_commit=local",
        Pooling = false,
        Timeout = 30,
        CommandTimeout = 0,
        IncludeErrorDetail = false,
    }.ConnectionString;
}
