using System.Globalization;
using Npgsql;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench.Backups;

/// <summary>A server with data of a given size, and a folder for each contestant's store.</summary>
internal sealed class Arena : IAsyncDisposable
{
    public const string Database = "bench";

    private const long BytesPerRow = 176;
    private readonly List<string> restored = [];

    private Arena(string folder, PostgresServer server) => (Folder, Server) = (folder, server);

    public string Folder { get; }

    public PostgresServer Server { get; }

    /// <summary>The environment of scripts: how the server is reached.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["PATH"] = $"{Server.Binaries.Folder}:/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = Folder,
        ["LC_ALL"] = "C.UTF-8",
        ["PGHOST"] = Server.SocketFolder,
        ["PGPORT"] = Server.Port.ToString(CultureInfo.InvariantCulture),
        ["PGUSER"] = PostgresServer.Superuser,
        ["PGPASSWORD"] = Server.Password,
        ["PGDATABASE"] = Database,
    };

    /// <param name="archiveCommand">WAL goes by it while its target is there; what the peers need.</param>
    public static async Task<Arena> BuildAsync(
        double gigabytes, string archiveCommand, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("recoveryos-arena-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var server = await PostgresServer.StartAsync(
            Path.Combine(folder, "postgres"),
            new Dictionary<string, string>
            {
                ["archive_mode"] = "on",
                ["archive_command"] = archiveCommand.Replace("ARENA", folder, StringComparison.Ordinal),
                ["shared_buffers"] = "256MB",
                ["max_wal_size"] = "8GB",
                ["autovacuum"] = "off",
                ["full_page_writes"] = "on",
            },
            cancellationToken);
        await server.EnsureDatabaseAsync(Database, cancellationToken);
        var arena = new Arena(folder, server);
        await arena.FillAsync((long)(gigabytes * 1024 * 1024 * 1024 / BytesPerRow), cancellationToken);
        return arena;
    }

    /// <summary>A new, empty folder of the server's user.</summary>
    public async Task<string> FolderAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Folder, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder, (UnixFileMode)0b111_000_000);
        _ = await ServerUser.OwnAsync(folder, cancellationToken);
        return folder;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString(Database));
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Starts what was restored by hand, and waits until it has left recovery.</summary>
    public string StartScript(string data)
    {
        restored.Add(data);
        var options = $"-c listen_addresses='' -c unix_socket_directories={data} -c port=6543 "
            + "-c archive_mode=off -c archive_command=''";
        return $"""
            pg_ctl -D {data} -s -w -t 600 -l {data}/bench.log -o "{options}" start
            until [ "$(psql -h {data} -p 6543 -Atc 'SELECT pg_is_in_recovery()')" = f ]; do sleep 0.05; done
            """;
    }

    /// <summary>Stops a restored server and removes its files.</summary>
    public static async Task RemoveAsync(string data, CancellationToken cancellationToken)
    {
        var processes = () => ProcessTable.WithWorkingFolder(data);
        foreach (var process in processes())
            ProcessTable.Kill(process);
        await ProcessTable.WaitUntilGoneAsync(processes, TimeSpan.FromSeconds(30), cancellationToken);
        Directory.Delete(data, recursive: true);
    }

    public static long SizeOf(string folder) => new DirectoryInfo(folder)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Sum(file => file.Length);

    public async ValueTask DisposeAsync()
    {
        foreach (var data in restored.Where(Directory.Exists))
            await RemoveAsync(data, CancellationToken.None);
        await Server.StopAsync(immediate: true, CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Text that packs to about a half, as most data does, in tables of a quarter of the size each.</summary>
    private async Task FillAsync(long rows, CancellationToken cancellationToken)
    {
        for (var table = 1; table <= 4; table++)
        {
            await ExecuteAsync(
                Invariant($"""
                    CREATE TABLE notes_{table} AS
                    SELECT i AS id, now() AS at, md5(i::text) || repeat(md5((i / 4)::text), 2) AS text
                    FROM generate_series(1, {rows / 4}) AS i
                    """),
                cancellationToken);
            await ExecuteAsync(Invariant($"ALTER TABLE notes_{table} ADD PRIMARY KEY (id)"), cancellationToken);
        }

        await ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        await ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
