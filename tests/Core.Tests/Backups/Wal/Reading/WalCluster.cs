using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

/// <summary>
/// A real server's archive: bulk writes, pgbench, restore points, a record longer than a segment, a promotion.
/// Made once; tests copy what they damage.
/// </summary>
public sealed class WalCluster : IAsyncLifetime
{
    private const string Folder = "recoveryos-wal-";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory(Folder).FullName;
    private PostgresServer? server;

    /// <summary>What archive_command copied, under PostgreSQL's own names.</summary>
    public string Archive => Path.Combine(folder, "server", "archive");

    /// <summary>The server's own folder, in which the newest segment is still open.</summary>
    public string Live => Path.Combine(Server.DataFolder, "pg_wal");

    public ulong SystemIdentifier { get; private set; }

    /// <summary>The whole segments of timeline 1, in their order; the last ends with a switch.</summary>
    public IReadOnlyList<WalSegment> First { get; private set; } = [];

    /// <summary>The whole segments of timeline 2, in their order; the last ends with a switch.</summary>
    public IReadOnlyList<WalSegment> Second { get; private set; } = [];

    /// <summary>The server's current segment.</summary>
    public WalSegment Current { get; private set; }

    /// <summary>The positions that pg_create_restore_point answered.</summary>
    public Dictionary<string, Lsn> RestorePoints { get; } = [];

    /// <summary>Where the server's WAL ended when it was stopped.</summary>
    public Lsn End { get; private set; }

    private PostgresServer Server => server ?? throw new InvalidOperationException("not yet started");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string>
        {
            ["fsync"] = "off",
            ["wal_level"] = "logical",
            ["archive_mode"] = "on",
            ["archive_command"] = $"cp %p {folder}/server/new && mv {folder}/server/new {folder}/server/archive/%f",
            ["restore_command"] = "false",
            ["max_wal_size"] = "2GB",
        };
        Directory.CreateDirectory(Archive);
        server = await PostgresServer.StartAsync(Path.Combine(folder, "server"), settings, CancellationToken);
        SystemIdentifier = ulong.Parse(
            await AskAsync("SELECT system_identifier::text FROM pg_control_system()"), CultureInfo.InvariantCulture);

        await WriteAsync("first");
        // Longer than a segment, so that its middle segment begins no record of its own.
        await AskAsync("SELECT pg_logical_emit_message(true, 'test', repeat('0123456789abcdef', 2600000))::text");
        await RestorePointAsync("before promotion");
        First = await SwitchAsync(1, WalSegment.DefaultSize);

        await WriteAsync("lost segment");
        await Server.StopAsync(immediate: false, CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Server.DataFolder, "recovery.signal"), "", CancellationToken);
        await Server.StartAsync(CancellationToken);
        await UntilAsync(async () => await AskAsync("SELECT pg_is_in_recovery()::text") is "false");

        await WriteAsync("second");
        await RestorePointAsync("after promotion");
        Second = await SwitchAsync(2, WalSegment.DefaultSize);
        await AskAsync("CREATE TABLE open_segment AS SELECT 1 AS id");
        await AskAsync("CHECKPOINT");
        End = Lsn.Parse(await AskAsync("SELECT pg_current_wal_flush_lsn()::text"));
        Current = WalSegment.Containing(2, End, WalSegment.DefaultSize);
        await Server.StopAsync(immediate: true, CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.StopAsync(immediate: true, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    public string PathOf(WalSegment segment) => Path.Combine(Archive, segment.Name);

    public byte[] BytesOf(WalSegment segment) => File.ReadAllBytes(PathOf(segment));

    /// <summary>PostgreSQL's own reading, a line for each record.</summary>
    public async Task<IReadOnlyList<string>> DumpAsync(WalSegment first, WalSegment last, uint timeline)
    {
        var answer = await ExternalCommand.RunAsync(
            [
                "env", "TZ=UTC", Server.Binaries["pg_waldump"], "-p", Archive,
                "-t", timeline.ToString(CultureInfo.InvariantCulture), "-s", first.Start.ToString(), "-e", last.End.ToString(),
            ],
            CancellationToken);
        Assert.True(answer.ExitCode == 0, answer.Error);

        return [.. answer.Output.Split('\n').Where(line => line.StartsWith("rmgr:", StringComparison.Ordinal))];
    }

    private async Task WriteAsync(string name)
    {
        var table = name.Replace(' ', '_');
        await AskAsync($"CREATE TABLE {table} AS SELECT i AS id, repeat('x', i % 700) AS t FROM generate_series(1, 20000) i");
        await AskAsync($"CREATE INDEX ON {table} (id)");
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString("postgres"));
        await using var connection = await source.OpenConnectionAsync(CancellationToken);
        for (var i = 0; i < 300; i++)
        {
            await using var command = new NpgsqlCommand(
                $"UPDATE {table} SET t = t || 'y' WHERE id = {1 + (i * 60)}", connection);
            await command.ExecuteNonQueryAsync(CancellationToken);
        }
    }

    private async Task RestorePointAsync(string name) =>
        RestorePoints[name] = Lsn.Parse(await AskAsync($"SELECT pg_create_restore_point('{name}')::text"));

    /// <summary>Closes the current segment; the archive's segments of this timeline, once that one is there.</summary>
    private async Task<IReadOnlyList<WalSegment>> SwitchAsync(uint timeline, int size)
    {
        var closed = await AskAsync("SELECT pg_walfile_name(pg_switch_wal())");
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(Archive, closed))));

        return [.. Directory.EnumerateFiles(Archive)
            .Select(file => WalSegment.TryParse(Path.GetFileName(file), size, out var segment) ? segment : default)
            .Where(segment => segment.Timeline == timeline)
            .OrderBy(segment => segment.Number)];
    }

    private async Task<string> AskAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString("postgres"));
        await using var command = source.CreateCommand(sql);

        return await command.ExecuteScalarAsync(CancellationToken) as string ?? "";
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "The server took too long.");
            await Task.Delay(20, CancellationToken);
        }
    }
}
